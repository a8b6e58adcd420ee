import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCanonical, toIds } from '../../src/xapi/format.ts';
import { agentKey } from '../../src/xapi/identifiers.ts';
import type { Statement } from '../../src/xapi/statement.ts';
import { validateStatement } from '../../src/xapi/validation.ts';
import { arbitraryStatement } from './arbitrary_statement.ts';

const AGENT = { objectType: 'Agent', name: 'Learner One', mbox: 'mailto:learner-1@example.org' } as const;
const ACCOUNT = { account: { homePage: 'http://lms.example.org', name: '2' } };
const NAME = { 'en-US': 'Color', 'en-GB': 'Colour', de: 'Farbe' };
const DEFINITION = {
  name: NAME,
  description: NAME,
  interactionType: 'choice',
  choices: [{ id: 'a', description: NAME }, { id: 'b' }],
} as const;
const ACTIVITY = { objectType: 'Activity', id: 'http://activities.example.org/1', definition: DEFINITION } as const;
const VERB = { id: 'http://verbs.example.org/chose', display: NAME };
const ATTACHMENT = {
  usageType: 'http://example.org/usage',
  display: NAME,
  description: NAME,
  contentType: 'text/plain',
  length: 1,
  sha2: 'ab'.repeat(32),
};
const FULL: Statement = {
  id: '6690e6c9-3ef0-4ed3-8b37-7f3964730bee',
  actor: { objectType: 'Group', name: 'Team', member: [AGENT, { name: 'Learner Two', ...ACCOUNT }] },
  verb: VERB,
  object: { objectType: 'SubStatement', actor: AGENT, verb: VERB, object: ACTIVITY },
  result: { response: 'a' },
  context: {
    instructor: AGENT,
    team: { objectType: 'Group', ...ACCOUNT, name: 'Team', member: [AGENT] },
    contextAgents: [{ objectType: 'contextAgent', agent: AGENT, relevantTypes: ['http://types.example.org/1'] }],
    contextGroups: [{ objectType: 'contextGroup', group: { objectType: 'Group', member: [AGENT] } }],
    contextActivities: { parent: [ACTIVITY], category: ACTIVITY },
    language: 'en',
  },
  timestamp: '2024-01-01T00:00:00Z',
  authority: AGENT,
  attachments: [ATTACHMENT],
};

describe('toIds (Communication 2.1.3)', () => {
  it('leaves of agents, groups, verbs and activities only what identifies them', () => {
    const mbox = { mbox: AGENT.mbox };
    const activity = { id: ACTIVITY.id };
    const verb = { id: VERB.id };
    expect(toIds(FULL)).toEqual({
      ...FULL,
      actor: { objectType: 'Group', member: [mbox, ACCOUNT] },
      verb,
      object: { objectType: 'SubStatement', actor: mbox, verb, object: activity },
      context: {
        instructor: mbox,
        team: { objectType: 'Group', ...ACCOUNT },
        contextAgents: [{ objectType: 'contextAgent', agent: mbox, relevantTypes: ['http://types.example.org/1'] }],
        contextGroups: [{ objectType: 'contextGroup', group: { objectType: 'Group', member: [mbox] } }],
        contextActivities: { parent: [activity], category: activity },
        language: 'en',
      },
      authority: mbox,
    });
  });

  it('keeps the objectType of an Agent that is the object', () => {
    expect(toIds({ ...FULL, object: AGENT }).object).toEqual({ objectType: 'Agent', mbox: AGENT.mbox });
  });

  it('keeps a statement reference', () => {
    const object = { objectType: 'StatementRef', id: FULL.id as string } as const;
    expect(toIds({ ...FULL, object }).object).toEqual(object);
  });

  it('gives a valid statement about the same, and gives it again for its own result', () => {
    fc.assert(
      fc.property(arbitraryStatement, (statement) => {
        const before = JSON.stringify(statement);
        const ids = toIds(statement);
        expect(JSON.stringify(statement)).toBe(before);
        expect(validateStatement(ids, '1.0.3', '')).toBeUndefined();
        expect(agentKey(ids.actor)).toBe(agentKey(statement.actor));
        expect(toIds(ids)).toEqual(ids);
      }),
    );
  });
});

describe('toCanonical (Communication 2.1.3, language filtering)', () => {
  const one = { 'en-GB': 'Colour' };
  const definition = {
    ...DEFINITION,
    name: one,
    description: one,
    choices: [{ id: 'a', description: one }, { id: 'b' }],
  };
  const activity = { ...ACTIVITY, definition };
  const verb = { ...VERB, display: one };

  it('leaves one language in each map, and agents as they are', () => {
    expect(toCanonical(FULL, 'en-GB')).toEqual({
      ...FULL,
      verb,
      object: { ...FULL.object, verb, object: activity },
      context: { ...FULL.context, contextActivities: { parent: [activity], category: activity } },
      attachments: [{ ...ATTACHMENT, display: one, description: one }],
    });
  });

  it('chooses for each map by itself', () => {
    const object = { ...ACTIVITY, definition: { name: { de: 'a', fr: 'b' }, description: { en: 'c', it: 'd' } } };
    expect(toCanonical({ ...FULL, object }, 'it;q=0.5, fr').object).toEqual({
      ...ACTIVITY,
      definition: { name: { fr: 'b' }, description: { it: 'd' } },
    });
  });

  it('takes the definition that the store holds, also where the statement has none', () => {
    const held = { name: { en: 'Held', de: 'Gehalten' }, type: 'http://types.example.org/1' };
    const statement = { ...FULL, object: { id: ACTIVITY.id } };
    const result = toCanonical(statement, 'de', (id) => (id === ACTIVITY.id ? held : undefined));
    expect(result.object).toEqual({ id: ACTIVITY.id, definition: { ...held, name: { de: 'Gehalten' } } });
    expect(toCanonical(statement, 'de', () => undefined).object).toEqual({ id: ACTIVITY.id });
  });

  it('leaves at most one entry in each map of any statement, which stays valid', () => {
    fc.assert(
      fc.property(arbitraryStatement, (statement) => {
        const before = JSON.stringify(statement);
        const canonical = toCanonical(statement, 'cmn');
        expect(JSON.stringify(statement)).toBe(before);
        expect(validateStatement(canonical, '1.0.3', '')).toBeUndefined();
        expect(Object.keys(canonical.verb.display ?? {}).length).toBeLessThan(2);
        expect(canonical.actor).toEqual(statement.actor);
      }),
    );
  });
});
