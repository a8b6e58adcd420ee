import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameStatement } from '../../src/xapi/equality.ts';
import { toUtc } from '../../src/xapi/instant.ts';
import type { Statement } from '../../src/xapi/statement.ts';
import { arbitraryStatement, leavesOf, withLeafChanged } from './arbitrary_statement.ts';

type Json = Record<string, unknown>;

const BASE: Statement = {
  id: '6690e6c9-3ef0-4ed3-8b37-7f3964730bee',
  actor: { mbox: 'mailto:learner-1@example.org' },
  verb: { id: 'http://verbs.example.org/answered' },
  object: { id: 'http://activities.example.org/1' },
};
const MEMBERS = [
  { mbox: 'mailto:learner-1@example.org' },
  { mbox: 'mailto:learner-2@example.org' },
  { mbox: 'mailto:learner-1@example.org' },
];
/** Whether a leaf stands in what is not part of a statement: a definition, or a verb's display. */
const isIgnored = (path: readonly (string | number)[]) => path.includes('definition') || path.at(-3) === 'verb';

/** A copy whose objects have their members in the opposite order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, part]) => [name, turned(part)]),
  );
}

/** A copy in which a function has replaced each object, the innermost first. */
function replaced(value: unknown, replace: (object: Json) => Json): unknown {
  if (Array.isArray(value)) return value.map((part) => replaced(part, replace));
  if (typeof value !== 'object' || value === null) return value;
  return replace(Object.fromEntries(Object.entries(value).map(([name, part]) => [name, replaced(part, replace)])));
}

function expectSame(a: unknown, b: unknown): void {
  expect(sameStatement(a as Statement, b as Statement)).toBe(true);
  expect(sameStatement(b as Statement, a as Statement)).toBe(true);
}

describe('sameStatement is true', () => {
  it('of a statement and its copy with all members in another order', () => {
    fc.assert(fc.property(arbitraryStatement, (statement) => expectSame(statement, turned(statement))));
  });

  it('whatever the store sets', () => {
    const set = fc.record(
      {
        stored: fc.constant('2024-01-01T00:00:00.000Z'),
        authority: fc.constant({ openid: 'http://openid.example.org/1' }),
        version: fc.constantFrom('1.0.0', '2.0.0'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(arbitraryStatement, set, set, (statement, a, b) => {
        expectSame({ ...statement, ...a }, { ...statement, ...b });
      }),
    );
  });

  it('when one has no id or no timestamp', () => {
    fc.assert(
      fc.property(arbitraryStatement, (statement) => {
        const { id: _id, timestamp: _timestamp, ...rest } = statement;
        expectSame(rest, { ...statement, id: BASE.id, timestamp: '2024-01-01T00:00:00Z' });
      }),
    );
  });

  it('when only definitions and displays of verbs differ', () => {
    fc.assert(
      fc.property(arbitraryStatement, fc.dictionary(fc.constantFrom('en', 'de'), fc.string()), (statement, map) => {
        const other = replaced(statement, (object) => {
          const { definition, ...rest } = object;
          const verb = rest.verb as Json | undefined;
          return {
            ...rest,
            ...(definition === undefined ? {} : { definition: { name: map } }),
            ...(verb === undefined ? {} : { verb: { id: verb.id, display: map } }),
          };
        });
        const extensions = leavesOf(statement).some(({ path }) => path.includes('extensions'));
        fc.pre(!extensions);
        expectSame(statement, other);
      }),
    );
  });

  it('whatever the order of the members of groups', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(MEMBERS, { minLength: 3 }), (member) => {
        const group = { objectType: 'Group', member: MEMBERS };
        const other = { objectType: 'Group', member };
        expectSame({ ...BASE, actor: group }, { ...BASE, actor: other });
        expectSame({ ...BASE, context: { team: group } }, { ...BASE, context: { team: other } });
        const inContext = (one: Json) => ({ contextGroups: [{ objectType: 'contextGroup', group: one }] });
        expectSame({ ...BASE, context: inContext(group) }, { ...BASE, context: inContext(other) });
      }),
    );
  });

  it.each<[string, Json, Json]>([
    ['the case of the id', {}, { id: BASE.id?.toUpperCase() }],
    ['an Agent that says so', {}, { actor: { ...BASE.actor, objectType: 'Agent' } }],
    ['an Activity that says so', {}, { object: { ...BASE.object, objectType: 'Activity' } }],
    ['the case of a mail domain', {}, { actor: { mbox: 'mailto:learner-1@Example.ORG' } }],
    [
      'one Activity or an array of one',
      { context: { contextActivities: { parent: BASE.object } } },
      { context: { contextActivities: { parent: [BASE.object] } } },
    ],
    ['a zone', { timestamp: '2024-01-01T00:00:00.10Z' }, { timestamp: '2024-01-01T02:00:00.1+02:00' }],
    ['an offset of zero', { timestamp: '2024-01-01T00:00:00.000Z' }, { timestamp: '2024-01-01T00:00:00+00:00' }],
    ['what is finer than 0.01 s', { result: { duration: 'PT0.1237S' } }, { result: { duration: 'PT0.12S' } }],
    ['the case of a language', { context: { language: 'en-us' } }, { context: { language: 'en-US' } }],
  ])('but for %s', (_, a, b) => {
    expectSame({ ...BASE, ...a }, { ...BASE, ...b });
  });

  it('of times of sub-statements in another zone', () => {
    const object = (timestamp: string) => ({ objectType: 'SubStatement', ...BASE, id: undefined, timestamp });
    const a = '2024-01-01T05:00:00+05:00';
    expectSame({ ...BASE, object: object(a) }, { ...BASE, object: object(toUtc(a)) });
  });
});

describe('sameStatement is false', () => {
  it('when any other leaf differs', () => {
    fc.assert(
      fc.property(arbitraryStatement, fc.nat(), (statement, pick) => {
        const leaves = leavesOf(statement).filter(({ path }) => !isIgnored(path));
        const { path } = leaves[pick % leaves.length] as (typeof leaves)[number];
        const changed = withLeafChanged(statement, path) as Statement;
        expect(sameStatement(statement, changed)).toBe(false);
        expect(sameStatement(changed, statement)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, Json, Json]>([
    ['a missing result', {}, { result: {} }],
    ['a missing member of a group', group(MEMBERS), group(MEMBERS.slice(1))],
    ['the order of context activities', parents('a:1', 'a:2'), parents('a:2', 'a:1')],
    ['the order of attachments', attachments('a', 'b'), attachments('b', 'a')],
    ['the order of an extension’s array', extension([1, 2]), extension([2, 1])],
    ['a duration in other units', { result: { duration: 'PT60S' } }, { result: { duration: 'PT1M' } }],
    ['0.01 s of a duration', { result: { duration: 'PT0.129S' } }, { result: { duration: 'PT0.13S' } }],
    ['a millionth of a second', { timestamp: '2024-01-01T00:00:00Z' }, { timestamp: '2024-01-01T00:00:00.000001Z' }],
    ['the case of a name of an account', account('Learner-1'), account('learner-1')],
    ['the local part of a mail address', {}, { actor: { mbox: 'mailto:Learner-1@example.org' } }],
    ['null in place of nothing in an extension', extension({ a: null }), extension({})],
    ['text in place of a number', extension(1), extension('1')],
  ])('for %s', (_, a, b) => {
    expect(sameStatement({ ...BASE, ...a }, { ...BASE, ...b })).toBe(false);
  });
});

function group(member: readonly object[]): Json {
  return { actor: { objectType: 'Group', member } };
}

function parents(...ids: string[]): Json {
  return { context: { contextActivities: { parent: ids.map((id) => ({ id })) } } };
}

function attachments(...names: string[]): Json {
  const common = { usageType: 'a:b', contentType: 'text/plain', length: 1, sha2: 'ab'.repeat(32) };
  return { attachments: names.map((name) => ({ ...common, display: { en: name } })) };
}

function extension(value: unknown): Json {
  return { result: { extensions: { 'http://example.org/x': value } } };
}

function account(name: string): Json {
  return { actor: { account: { homePage: 'http://lms.example.org', name } } };
}
