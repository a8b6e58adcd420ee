import { type Posted, refTo, VOIDED } from '../../support/statements.ts';

/** Numbers from 0 to 1 without 1, the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const account = (name: string) => ({ account: { homePage: 'https://lms.example.org', name } });

export const AGENTS: readonly Posted[] = [
  { mbox: 'mailto:learner-1@example.org' },
  { mbox: 'mailto:learner-2@example.org' },
  { mbox_sha1sum: 'ebd31e95054c018b10727ccffd2ef2ec3a016ee9' },
  { openid: 'https://openid.example.org/3' },
  account('4'),
  account('mailto:learner-1@example.org'),
];
export const GROUPS: readonly Posted[] = [
  { objectType: 'Group', mbox: 'mailto:group-1@example.org' },
  { objectType: 'Group', account: { homePage: 'https://lms.example.org/groups', name: '4' } },
];
export const VERBS = ['did', 'made', 'DID', 'did/'].map((name) => `https://example.org/verbs/${name}`);
export const ACTIVITIES = [1, 2, 3, 4, 5].map((number) => `https://example.org/activities/${number}`);
export const REGISTRATIONS = [1, 2, 3].map((number) => `ec531277-b57b-4c15-8d91-d292c5b2b8f${number}`);

/** A statement that is still to be stored, and under which version. */
export interface Planned {
  readonly statement: Posted;
  readonly version: string;
}

/** Statements of all kinds, so alike that each filter finds some of them: the same for the same seed. */
export function population(seed: number, size: number): Planned[] {
  const random = seeded(seed);
  const chance = (share: number) => random() < share;
  const among = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value;
  const some = <Value>(make: () => Value) => Array.from({ length: 1 + Math.floor(random() * 2) }, make);
  const uuid = () =>
    '00000000-0000-4000-8000-000000000000'.replace(/0{12}$/, () => hex(12)).replace(/^0{8}/, () => hex(8));
  const hex = (digits: number) => Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
  const ids = Array.from({ length: size }, uuid);

  const agent = (): Posted => ({ ...among(AGENTS), ...(chance(0.3) && { name: `Name ${hex(2)}` }) });
  const group = (): Posted => {
    if (chance(0.4)) return { objectType: 'Group', member: some(agent) };
    return { ...among(GROUPS), ...(chance(0.5) && { member: some(agent) }) };
  };
  const actor = () => (chance(0.2) ? group() : agent());
  const activity = (): Posted => ({ id: among(ACTIVITIES), ...(chance(0.3) && { objectType: 'Activity' }) });
  const context = (version: string): Posted => ({
    ...(chance(0.5) && { registration: chance(0.5) ? among(REGISTRATIONS) : among(REGISTRATIONS).toUpperCase() }),
    ...(chance(0.3) && { instructor: actor() }),
    ...(chance(0.2) && { team: group() }),
    ...(chance(0.2) && { statement: refTo(among(ids)) }),
    ...(chance(0.5) && {
      contextActivities: {
        [among(['parent', 'grouping', 'category', 'other'])]: chance(0.5) ? activity() : some(activity),
      },
    }),
    ...(version === '2.0.0' && {
      ...(chance(0.3) && { contextAgents: some(() => ({ objectType: 'contextAgent', agent: agent() })) }),
      ...(chance(0.3) && { contextGroups: some(() => ({ objectType: 'contextGroup', group: group() })) }),
    }),
  });
  const plainObject = (): Posted => {
    if (chance(0.6)) return activity();
    if (chance(0.4)) return { objectType: 'Agent', ...agent() };
    return chance(0.3) ? group() : refTo(chance(0.9) ? among(ids) : uuid());
  };
  const statement = (version: string): Posted => ({
    actor: actor(),
    verb: { id: among(VERBS) },
    object: plainObject(),
    ...(chance(0.6) && { context: context(version) }),
  });

  return ids.map((id) => {
    const version = chance(0.4) ? '2.0.0' : '1.0.3';
    const made = statement(version);
    if (chance(0.06)) return { version, statement: { ...made, id, verb: { id: VOIDED }, object: refTo(among(ids)) } };
    const object = chance(0.15) ? { objectType: 'SubStatement', ...statement(version) } : made.object;
    return { version, statement: { ...made, id, object } };
  });
}
