import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validateStatement } from '../../src/xapi/validation.ts';
import { XAPI_VERSIONS, type XapiVersion } from '../../src/xapi/version.ts';
import { arbitraryStatement, leavesOf } from './arbitrary_statement.ts';
import { refusalOf } from './refusal.ts';

const AGENT = { mbox: 'mailto:learner-1@example.org' };
const MEMBERS = [AGENT, { openid: 'http://openid.example.org/2' }];
const UUID = '6690e6c9-3ef0-4ed3-8b37-7f3964730bee';
const BASE = {
  actor: AGENT,
  verb: { id: 'http://verbs.example.org/answered', display: { en: 'answered' } },
  object: { id: 'http://activities.example.org/1' },
};
const ATTACHMENT = {
  usageType: 'http://example.org/usage',
  display: { en: 'Certificate' },
  contentType: 'text/plain',
  length: 27,
  sha2: '495395e777cd98da653df9615d09c0fd6bb2f8d4788394cd53c56a3bfdcd848a',
};
const STATEMENT_REF = { objectType: 'StatementRef', id: UUID };
const SUB_STATEMENT = { objectType: 'SubStatement', ...BASE };
const withDefinition = (definition: object) => ({ ...BASE, object: { ...BASE.object, definition } });
const withContext = (context: object) => ({ ...BASE, context });
const withScore = (score: object) => ({ ...BASE, result: { score } });

function refusal(statement: unknown, version: XapiVersion = '1.0.3', at = '') {
  return refusalOf(() => validateStatement(statement, version, at));
}

describe('validateStatement accepts', () => {
  it.each(XAPI_VERSIONS)('any statement that is made by the rules (%s)', (version) => {
    fc.assert(
      fc.property(arbitraryStatement, (statement) => {
        expect(validateStatement(statement, version, '')).toBeUndefined();
      }),
    );
  });

  it.each([
    ['empty objects', { ...BASE, result: {}, context: {}, verb: { ...BASE.verb, display: {} } }],
    ['null in extensions', { ...BASE, result: { extensions: { 'http://example.org/x': null } } }],
    ['what a store sets', { ...BASE, id: UUID.toUpperCase(), stored: '2024-01-01T00:00:00Z', version: '1.0.0' }],
    ['an authority of two agents', { ...BASE, authority: { objectType: 'Group', member: MEMBERS } }],
    ['an Agent as object', { ...BASE, object: { objectType: 'Agent', ...AGENT } }],
    ['a Group as object', { ...BASE, object: { objectType: 'Group', member: [AGENT] } }],
    ['revision and platform beside an Activity', withContext({ revision: '1', platform: 'web' })],
    ['a future timestamp', { ...BASE, timestamp: '9000-01-01T00:00:00Z' }],
    ['equal raw, min and scaled bounds', withScore({ raw: 0, min: 0, max: 1, scaled: -1 })],
    ['an attachment without fileUrl', { ...BASE, attachments: [ATTACHMENT] }],
    ['a voiding statement', { ...BASE, verb: { id: 'http://adlnet.gov/expapi/verbs/voided' }, object: STATEMENT_REF }],
    ['likert with a scale', withDefinition({ interactionType: 'likert', scale: [{ id: 'a' }, { id: 'b' }] })],
  ])('%s', (_, statement) => {
    for (const version of XAPI_VERSIONS) expect(validateStatement(statement, version, '')).toBeUndefined();
  });
});

describe('validateStatement refuses', () => {
  it.each<[string, unknown, string, string]>([
    ['what is no object', [], '', 'Data 2.4'],
    ['null', null, '', 'Data 2.4'],
    ['a missing actor', { verb: BASE.verb, object: BASE.object }, '/actor', 'Data 2.4'],
    ['an unknown member', { ...BASE, voided: true }, '/voided', 'Data 2.4'],
    ['a member in another case', { ...BASE, Timestamp: '2024-01-01T00:00:00Z' }, '/Timestamp', 'Data 2.4'],
    [
      'a member named __proto__',
      JSON.parse('{"actor":{"__proto__":{},"mbox":"mailto:a@b.c"},"verb":{"id":"a:b"},"object":{"id":"a:b"}}'),
      '/actor/__proto__',
      'Data 2.4.2.1',
    ],
    ['null', { ...BASE, result: null }, '/result', 'Data 2.4.5'],
    [
      'null in a language map',
      { ...BASE, verb: { ...BASE.verb, display: { en: null } } },
      '/verb/display/en',
      'Data 4.2',
    ],
    ['an id that is no UUID', { ...BASE, id: 'a' }, '/id', 'Data 4.4'],
    ['an agent with two identifiers', { ...BASE, actor: { ...AGENT, openid: 'a:b' } }, '/actor', 'Data 2.4.2.1'],
    ['an agent without identifier', { ...BASE, actor: { name: 'a' } }, '/actor', 'Data 2.4.2.1'],
    ['an agent with members', { ...BASE, actor: { ...AGENT, member: [] } }, '/actor/member', 'Data 2.4.2.1'],
    [
      'an actor of another type',
      { ...BASE, actor: { ...AGENT, objectType: 'agent' } },
      '/actor/objectType',
      'Data 2.4.2',
    ],
    ['an anonymous group of nobody', { ...BASE, actor: { objectType: 'Group', member: [] } }, '/actor', 'Data 2.4.2.2'],
    [
      'a group in a group',
      { ...BASE, actor: { objectType: 'Group', member: [{ objectType: 'Group', member: MEMBERS }] } },
      '/actor/member/0/member',
      'Data 2.4.2.1',
    ],
    [
      'an account without home page',
      { ...BASE, actor: { account: { name: 'a' } } },
      '/actor/account/homePage',
      'Data 2.4.2.4',
    ],
    ['a mail address without mailto', { ...BASE, actor: { mbox: 'a@example.org' } }, '/actor/mbox', 'Data 2.4.2.3'],
    ['a verb that is no IRI', { ...BASE, verb: { id: 'answered' } }, '/verb/id', 'Data 4.3'],
    [
      'a language map with a bad tag',
      { ...BASE, verb: { ...BASE.verb, display: { en_US: 'a' } } },
      '/verb/display/en_US',
      'Data 4.2',
    ],
    ['an Agent as object without objectType', { ...BASE, object: AGENT }, '/object/id', 'Data 2.4.4.1'],
    [
      'an object of another type',
      { ...BASE, object: { ...BASE.object, objectType: 'activity' } },
      '/object/objectType',
      'Data 2.4.4',
    ],
    [
      'an unknown interaction',
      withDefinition({ interactionType: 'guess' }),
      '/object/definition/interactionType',
      'Data 2.4.4.1',
    ],
    [
      'a response pattern without interactionType',
      withDefinition({ correctResponsesPattern: [] }),
      '/object/definition/interactionType',
      'Data 2.4.4.1',
    ],
    [
      'choices in a likert',
      withDefinition({ interactionType: 'likert', choices: [] }),
      '/object/definition/choices',
      'Data 2.4.4.1',
    ],
    [
      'components with one id',
      withDefinition({ interactionType: 'choice', choices: [{ id: 'a' }, { id: 'b' }, { id: 'a' }] }),
      '/object/definition/choices/2/id',
      'Data 2.4.4.1',
    ],
    [
      'an extension that is no IRI',
      withDefinition({ extensions: { 'a/b~': 1 } }),
      '/object/definition/extensions/a~1b~0',
      'Data 4.3',
    ],
    [
      'a statement reference without id',
      { ...BASE, object: { objectType: 'StatementRef' } },
      '/object/id',
      'Data 2.4.4.3',
    ],
    ['a number as text', withScore({ raw: '1' }), '/result/score/raw', 'Data 2.4.5.1'],
    ['a scaled score above 1', withScore({ scaled: 1.01 }), '/result/score/scaled', 'Data 2.4.5.1'],
    ['min that is not below max', withScore({ min: 1, max: 1 }), '/result/score/min', 'Data 2.4.5.1'],
    ['raw below min', withScore({ raw: 0, min: 1 }), '/result/score/raw', 'Data 2.4.5.1'],
    ['raw above max', withScore({ raw: 2, max: 1 }), '/result/score/raw', 'Data 2.4.5.1'],
    ['success as text', { ...BASE, result: { success: 'true' } }, '/result/success', 'Data 2.4.5'],
    ['a broken duration', { ...BASE, result: { duration: 'P4W1D' } }, '/result/duration', 'Data 4.6'],
    [
      'a team that is an agent',
      withContext({ team: { ...AGENT, objectType: 'Agent' } }),
      '/context/team/objectType',
      'Data 2.4.2.2',
    ],
    [
      'an unknown contextActivities key',
      withContext({ contextActivities: { child: [] } }),
      '/context/contextActivities/child',
      'Data 2.4.6.2',
    ],
    [
      'a context activity without id',
      withContext({ contextActivities: { parent: [BASE.object, {}] } }),
      '/context/contextActivities/parent/1/id',
      'Data 2.4.4.1',
    ],
    [
      'a bad interaction in the context',
      withContext({
        contextActivities: { parent: { ...BASE.object, definition: { interactionType: 'other', steps: [] } } },
      }),
      '/context/contextActivities/parent/definition/steps',
      'Data 2.4.4.1',
    ],
    ['a bad language', withContext({ language: 'a12345678' }), '/context/language', 'Data 4.2'],
    [
      'revision without Activity',
      { ...withContext({ revision: '1' }), object: STATEMENT_REF },
      '/context/revision',
      'Data 2.4.6',
    ],
    [
      'platform without Activity',
      { ...withContext({ platform: 'web' }), object: { objectType: 'Agent', ...AGENT } },
      '/context/platform',
      'Data 2.4.6',
    ],
    ['a negative zero offset', { ...BASE, timestamp: '2024-01-01T00:00:00-00:00' }, '/timestamp', 'Data 4.5'],
    ['a bad stored', { ...BASE, stored: 'now' }, '/stored', 'Data 4.5'],
    [
      'an identified group as authority',
      { ...BASE, authority: { objectType: 'Group', ...AGENT, member: MEMBERS } },
      '/authority/mbox',
      'Data 2.4.9',
    ],
    [
      'an authority of one',
      { ...BASE, authority: { objectType: 'Group', member: [AGENT] } },
      '/authority/member',
      'Data 2.4.9',
    ],
    ['attachments that are no array', { ...BASE, attachments: ATTACHMENT }, '/attachments', 'Data 2.4.11'],
    [
      'an attachment without hash',
      { ...BASE, attachments: [{ ...ATTACHMENT, sha2: undefined }] },
      '/attachments/0/sha2',
      'Data 2.4.11',
    ],
    [
      'an attachment of half an octet',
      { ...BASE, attachments: [{ ...ATTACHMENT, length: 0.5 }] },
      '/attachments/0/length',
      'Data 2.4.11',
    ],
    [
      'a bad media type',
      { ...BASE, attachments: [{ ...ATTACHMENT, contentType: 'text' }] },
      '/attachments/0/contentType',
      'Data 2.4.11',
    ],
    [
      'voiding an Activity',
      { ...BASE, verb: { id: 'http://adlnet.gov/expapi/verbs/voided' } },
      '/object/objectType',
      'Data 2.3.2',
    ],
    ['a sub-statement with an id', { ...BASE, object: { ...SUB_STATEMENT, id: UUID } }, '/object/id', 'Data 2.4.4.3'],
    [
      'a sub-statement with an authority',
      { ...BASE, object: { ...SUB_STATEMENT, authority: AGENT } },
      '/object/authority',
      'Data 2.4.4.3',
    ],
    [
      'a sub-statement in a sub-statement',
      { ...BASE, object: { ...SUB_STATEMENT, object: SUB_STATEMENT } },
      '/object/object/objectType',
      'Data 2.4.4',
    ],
    [
      'a bad score in a sub-statement',
      { ...BASE, object: { ...SUB_STATEMENT, result: { score: { raw: 2, max: 1 } } } },
      '/object/result/score/raw',
      'Data 2.4.5.1',
    ],
    ['a version of another kind', { ...BASE, version: '1.1.0' }, '/version', 'Data 2.4.10'],
  ])('%s', (_, statement, property, section) => {
    const found = refusal(statement);
    expect(found).toMatchObject({ code: 'invalid_statement', property, spec: `xAPI 1.0.3 ${section}` });
    expect(found.rule).toMatch(/^(must|is) /);
    expect(found.message).toContain(found.rule);
    expect(refusal(statement, '2.0.0')).toMatchObject({ property, spec: expect.stringMatching(/^xAPI 2\.0\.0 4\.2/) });
  });

  it('names the place in a batch', () => {
    expect(refusal({ ...BASE, actor: {} }, '1.0.3', '/3').property).toBe('/3/actor');
  });

  it('any null that is not in extensions', () => {
    fc.assert(
      fc.property(arbitraryStatement, fc.nat(), (statement, pick) => {
        const leaves = leavesOf(statement).filter(({ path }) => !path.includes('extensions') && path.length > 0);
        const { path } = leaves[pick % leaves.length] as (typeof leaves)[number];
        const copy = structuredClone(statement) as unknown as Record<string | number, unknown>;
        const parent = path.slice(0, -1).reduce((part, key) => part[key] as typeof copy, copy);
        parent[path.at(-1) as string] = null;
        expect(refusal(copy).property).toBeTypeOf('string');
      }),
    );
  });
});

describe('the two versions differ in', () => {
  it.each([
    ['1.0', true, true],
    ['1.0.9', true, true],
    ['2.0.0', false, true],
    ['0.9.9', false, false],
    ['1.1.0', false, false],
    ['2.1.0', false, false],
  ])('the statement version %s', (version, by103, by200) => {
    const accepts = (by: XapiVersion) => {
      try {
        validateStatement({ ...BASE, version }, by, '');
        return true;
      } catch {
        return false;
      }
    };
    expect([accepts('1.0.3'), accepts('2.0.0')]).toEqual([by103, by200]);
  });

  const contextAgent = { objectType: 'contextAgent', agent: AGENT, relevantTypes: ['http://types.example.org/1'] };
  const contextGroup = { objectType: 'contextGroup', group: { objectType: 'Group', member: MEMBERS } };

  it.each([
    ['contextAgents', { contextAgents: [contextAgent] }],
    ['contextGroups', { contextGroups: [contextGroup] }],
  ])('%s, also in a sub-statement', (name, context) => {
    const inSubStatement = { ...BASE, object: { ...SUB_STATEMENT, context } };
    expect(validateStatement(withContext(context), '2.0.0', '')).toBeUndefined();
    expect(validateStatement(inSubStatement, '2.0.0', '')).toBeUndefined();
    expect(refusal(withContext(context)).property).toBe(`/context/${name}`);
    expect(refusal(inSubStatement).property).toBe(`/object/context/${name}`);
  });

  it.each([
    [{ contextAgents: [{ ...contextAgent, objectType: 'Agent' }] }, '/contextAgents/0/objectType'],
    [{ contextAgents: [{ agent: AGENT }] }, '/contextAgents/0/objectType'],
    [{ contextAgents: [{ ...contextAgent, agent: {} }] }, '/contextAgents/0/agent'],
    [{ contextAgents: [{ ...contextAgent, relevantTypes: [] }] }, '/contextAgents/0/relevantTypes'],
    [{ contextAgents: [{ ...contextAgent, relevantTypes: ['a'] }] }, '/contextAgents/0/relevantTypes/0'],
    [{ contextAgents: contextAgent }, '/contextAgents'],
    [{ contextGroups: [{ ...contextGroup, objectType: 'contextAgent' }] }, '/contextGroups/0/objectType'],
    [{ contextGroups: [{ ...contextGroup, group: AGENT }] }, '/contextGroups/0/group/objectType'],
    [{ contextGroups: [{ ...contextGroup, relevantTypes: [1] }] }, '/contextGroups/0/relevantTypes/0'],
  ])('the grammar of %j', (context, property) => {
    expect(refusal(withContext(context), '2.0.0')).toMatchObject({ property: `/context${property}` });
  });
});
