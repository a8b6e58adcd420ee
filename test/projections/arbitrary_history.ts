import fc from 'fast-check';
import type { Credential } from '../../src/store.ts';
import { aCredential } from '../support/local_store.ts';
import { type Posted, refTo, VOIDED } from '../support/statements.ts';

/** Two authorities that may void their own, and one that may void any. */
export const CREDENTIALS: readonly Credential[] = [
  aCredential('one', 'statements/write'),
  aCredential('two', 'statements/write'),
  aCredential('any', 'all'),
];
export const AGENTS = [1, 2, 3].map((number) => ({ mbox: `mailto:learner-${number}@example.org` }));
export const VERBS = ['did', 'saw'].map((name) => `http://example.org/${name}`);
export const ACTIVITIES = ['task', 'test'].map((name) => `http://example.org/${name}`);
export const REGISTRATION = '5c1ab1c1-7c1d-4f6e-9a3e-0d4b3c2a1f00';

/** Few ids, so that references find their targets, before or after, in chains and circles, and ids come again. */
const id = fc.nat(9).map((number) => `0000000${number}-0000-4000-8000-00000000000${number}`);
const agent = fc.constantFrom(...AGENTS);
const actor: fc.Arbitrary<Posted> = fc.oneof(
  { weight: 4, arbitrary: agent },
  fc.uniqueArray(agent, { minLength: 1 }).map((member) => ({ objectType: 'Group', member })),
);
const verb = fc.constantFrom(...VERBS).map((id) => ({ id }));
const activity = fc.record(
  { id: fc.constantFrom(...ACTIVITIES), definition: fc.constantFrom('A', 'B').map((name) => ({ name: { en: name } })) },
  { requiredKeys: ['id'] },
);
const context: fc.Arbitrary<Posted> = fc.record(
  {
    registration: fc.constant(REGISTRATION),
    instructor: agent,
    contextActivities: fc.record({ parent: fc.array(activity, { minLength: 1, maxLength: 1 }) }),
  },
  { requiredKeys: [] },
);
const object: fc.Arbitrary<Posted> = fc.oneof(
  { weight: 3, arbitrary: activity },
  { weight: 3, arbitrary: id.map(refTo) },
  agent.map((one) => ({ objectType: 'Agent', ...one })),
  fc.record({ objectType: fc.constant('SubStatement'), actor: agent, verb, object: activity }),
);
const timestamp = fc
  .tuple(fc.constantFrom(1968, 1999, 2001, 2026), fc.nat(3))
  .map(([year, day]) => `${year}-01-0${day + 1}T00:00:00Z`);
const plain: fc.Arbitrary<Posted> = fc.oneof(
  fc.record({ id, actor, verb, object, timestamp }),
  // Registrations belong to statements about activities.
  fc.record({ id, actor, verb, object: activity, context }),
);
const voiding = fc.record({ id, actor: agent, verb: fc.constant({ id: VOIDED }), object: id.map(refTo) });

/**
 * What happens to a store, one thing after the other. Whatever is stored without anybody waiting in between shares an
 * append.
 */
export type Step =
  | { readonly store: readonly Posted[]; readonly by: Credential }
  | 'the clients wait'
  | 'a segment is closed'
  | 'a segment is merged'
  | 'a reader looks';

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        store: fc.uniqueArray(fc.oneof({ weight: 4, arbitrary: plain }, voiding), {
          selector: (statement) => statement.id,
          minLength: 1,
          maxLength: 4,
        }),
        by: fc.constantFrom(...CREDENTIALS),
      }),
    },
    { weight: 2, arbitrary: fc.constant('the clients wait' as const) },
    { weight: 2, arbitrary: fc.constant('a segment is closed' as const) },
    { weight: 2, arbitrary: fc.constant('a segment is merged' as const) },
    fc.constant('a reader looks' as const),
  ),
  { minLength: 1, maxLength: 24 },
);
