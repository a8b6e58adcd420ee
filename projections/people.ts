import type {
  AccountClaimed,
  AccountLinked,
  AccountUnlinked,
  ClaimRefused,
  FactSubject,
  FactsRecorded,
  PersonsMerged,
  PersonsUnmerged,
} from '../src/events/learning_types.ts';
import type { Change, ProjectedEvent, Row } from './change.ts';

/** Facts are never replaced: which one holds on a day is found by whoever asks, as known at a revision. */
export function projectFactsRecorded({ revision, data }: ProjectedEvent<FactsRecorded>): Change[] {
  return data.facts.map((fact, ordinal) => ({
    table: 'facts',
    put: {
      ...subjectRow(fact),
      name: fact.name,
      key: fact.key ?? '',
      revision,
      ordinal,
      from_day: fact.from,
      to_day: fact.to ?? null,
      value: JSON.stringify(fact.value),
    },
  }));
}

/** The first columns of a fact's primary key: what a subject is not made of is the empty text. */
export function subjectRow(subject: FactSubject): Row & { person: string; agency: string; place: string } {
  if ('place' in subject) return { person: '', agency: '', place: subject.place };
  return { person: subject.person, agency: subject.agency, place: '' };
}

/**
 * A link stays when it is withdrawn, marked with the revision from which on it never was: nor did it then confirm its
 * claim.
 */
export function projectAccountLinked({ revision, data }: ProjectedEvent<AccountLinked>): Change[] {
  const { account, written = null, person, claim = null } = data;
  return [{ table: 'links', put: { revision, account, written, person, claim, withdrawn: null } }];
}

export function projectAccountUnlinked({ revision, data }: ProjectedEvent<AccountUnlinked>): Change[] {
  return [{ table: 'links', update: { withdrawn: revision }, where: { revision: data.link } }];
}

/** A claim is open while it is not refused and no link that holds confirms it. */
export function projectAccountClaimed({ revision, data }: ProjectedEvent<AccountClaimed>): Change[] {
  const { account, written = null, person, proof } = data;
  const row = { revision, account, written, person, proof: proof ? JSON.stringify(proof) : null };
  return [{ table: 'claims', put: { ...row, refused: null } }];
}

export function projectClaimRefused({ revision, data }: ProjectedEvent<ClaimRefused>): Change[] {
  return [{ table: 'claims', update: { refused: revision }, where: { revision: data.claim } }];
}

/** A merge is found from either person. */
export function projectPersonsMerged({ revision, data }: ProjectedEvent<PersonsMerged>): Change[] {
  const [one, other] = data.persons;
  return [
    { table: 'merges', put: { person: one, revision, other, undone: null } },
    { table: 'merges', put: { person: other, revision, other: one, undone: null } },
  ];
}

export function projectPersonsUnmerged({ revision, data }: ProjectedEvent<PersonsUnmerged>): Change[] {
  return [{ table: 'merges', update: { undone: revision }, where: { revision: data.merge } }];
}
