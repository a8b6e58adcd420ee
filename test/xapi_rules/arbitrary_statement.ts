import fc from 'fast-check';
import { toUtc } from '../../src/xapi/instant.ts';
import type { Activity, Actor, Agent, Context, Group, Statement, SubStatement } from '../../src/xapi/statement.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const word = fc.stringMatching(/^[a-z]{1,8}$/);
const iri = fc.tuple(word, word).map(([host, path]) => `http://${host}.example.org/${path}`);
const uuid = fc.uuid();
const languageMap = fc.dictionary(fc.constantFrom('en', 'en-US', 'zh-Hant', 'fr-CA', 'cmn'), text, { maxKeys: 3 });
const extensions = fc.dictionary(iri, fc.jsonValue(), { maxKeys: 3 });
const timestamp = fc
  .tuple(
    fc.date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true }),
    fc.constantFrom('Z', '+02:00', '-05:30', ''),
  )
  .map(([date, offset]) => date.toISOString().replace('Z', offset));
const duration = fc
  .tuple(fc.nat(23), fc.nat(59), fc.nat(99_999))
  .map(([hours, minutes, fraction]) => `PT${hours}H${minutes}M7.${String(fraction).padStart(5, '0')}S`);

const identifier: fc.Arbitrary<Agent> = fc.oneof(
  fc.record({ mbox: word.map((name) => `mailto:${name}@example.org`) }),
  fc.record({ mbox_sha1sum: fc.stringMatching(/^[0-9a-f]{40}$/) }),
  fc.record({ openid: iri }),
  fc.record({ account: fc.record({ homePage: iri, name: text }) }),
);
const named = fc.record({ name: text }, { requiredKeys: [] });
const agent: fc.Arbitrary<Agent> = fc
  .tuple(identifier, named, fc.constantFrom({}, { objectType: 'Agent' as const }))
  .map((parts) => Object.assign({}, ...parts));
const members = fc.array(agent, { minLength: 1, maxLength: 4 });
const group: fc.Arbitrary<Group> = fc
  .oneof(
    fc.record({ member: members }),
    fc
      .tuple(identifier, fc.record({ member: members }, { requiredKeys: [] }))
      .map(([id, rest]) => ({ ...id, ...rest })),
  )
  .map((rest) => ({ ...rest, objectType: 'Group' as const }));
const actor: fc.Arbitrary<Actor> = fc.oneof(agent, group);

const components = fc.uniqueArray(fc.record({ id: text, description: languageMap }), {
  selector: ({ id }) => id,
  maxLength: 3,
});
const definition = fc.oneof(
  fc.record(
    { name: languageMap, description: languageMap, type: iri, moreInfo: iri, extensions },
    { requiredKeys: [] },
  ),
  fc.record({
    interactionType: fc.constant('matching' as const),
    correctResponsesPattern: fc.array(text, { maxLength: 2 }),
    source: components,
    target: components,
  }),
  fc.record({ interactionType: fc.constantFrom('choice' as const, 'sequencing' as const), choices: components }),
);
const activity: fc.Arbitrary<Activity> = fc.record(
  { objectType: fc.constant('Activity' as const), id: iri, definition },
  { requiredKeys: ['id'] },
);
const statementRef = fc.record({ objectType: fc.constant('StatementRef' as const), id: uuid });
const oneOrMore = fc.oneof(activity, fc.array(activity, { maxLength: 3 }));
const context: fc.Arbitrary<Context> = fc.record(
  {
    registration: uuid,
    instructor: actor,
    team: group,
    contextActivities: fc.record(
      { parent: oneOrMore, grouping: oneOrMore, category: oneOrMore, other: oneOrMore },
      { requiredKeys: [] },
    ),
    language: fc.constantFrom('en', 'de-CH', 'cmn'),
    statement: statementRef,
    extensions,
  },
  { requiredKeys: [] },
);
const score = fc.record(
  {
    scaled: fc.double({ min: -1, max: 1, noNaN: true }),
    raw: fc.integer({ min: 0, max: 10 }),
    min: fc.constant(-1),
    max: fc.integer({ min: 10, max: 99 }),
  },
  { requiredKeys: [] },
);
const result = fc.record(
  { score, success: fc.boolean(), completion: fc.boolean(), response: text, duration, extensions },
  { requiredKeys: [] },
);
const attachments = fc.array(
  fc.record(
    {
      usageType: iri,
      display: languageMap,
      description: languageMap,
      contentType: fc.constantFrom('text/plain', 'application/json; charset=utf-8'),
      length: fc.nat(),
      sha2: fc.stringMatching(/^[0-9a-f]{64}$/),
      fileUrl: iri,
    },
    { requiredKeys: ['usageType', 'display', 'contentType', 'length', 'sha2'] },
  ),
  { maxLength: 2 },
);

const body = { actor, verb: fc.record({ id: iri, display: languageMap }), result, context, timestamp, attachments };
const plainObject = fc.oneof(
  activity,
  statementRef,
  group,
  agent.map((one) => ({ ...one, objectType: 'Agent' as const })),
);
const subStatement: fc.Arbitrary<SubStatement> = fc.record(
  { objectType: fc.constant('SubStatement' as const), ...body, object: plainObject },
  { requiredKeys: ['objectType', 'actor', 'verb', 'object'] },
);

/** Any statement that is valid in both versions, without what a store sets, but perhaps with an id. */
export const arbitraryStatement: fc.Arbitrary<Statement> = fc.record(
  { id: uuid, ...body, object: fc.oneof(plainObject, subStatement) },
  { requiredKeys: ['actor', 'verb', 'object'] },
);

/** A value within JSON, by the names and indices that lead to it. */
export interface Leaf {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

/** All strings, numbers, booleans and nulls of a value, with their places. */
export function leavesOf(value: unknown, path: readonly (string | number)[] = []): Leaf[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, part]) => leavesOf(part, [...path, key]));
}

/** A copy in which one leaf is another value of its type; a timestamp becomes another instant. */
export function withLeafChanged(value: unknown, [key, ...rest]: readonly (string | number)[]): unknown {
  if (key !== undefined) {
    const part = withLeafChanged((value as Record<string | number, unknown>)[key], rest);
    return Array.isArray(value) ? value.with(key as number, part) : { ...(value as object), [key]: part };
  }
  if (typeof value === 'number') return value === 1 ? 2 : 1;
  if (typeof value === 'boolean') return !value;
  if (value === null) return 'null';
  return /^\d{4}-\d\d-\d\dT/.test(value as string) ? nextDay(value as string) : `${value}x`;
}

function nextDay(instant: string): string {
  return new Date(Date.parse(toUtc(instant)) + 86_400_000).toISOString();
}
