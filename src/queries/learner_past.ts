import { personName } from '../../projections/certificates.ts';
import type { PersonRecord } from '../compliance/model.ts';
import { decode } from '../events/codec.ts';
import type { CertificateRecorded, CertificateWithdrawn } from '../events/learning_types.ts';
import type { Catalogue } from '../learning/catalogue.ts';
import type { KnownFact, LearnerStatement, Recorded, RecordedCertificate } from '../learning/model.ts';
import type { Snapshot } from '../read_store/read_session.ts';
import type { Statement } from '../xapi/statement.ts';
import { factsOf } from './learner.ts';
import { candidates } from './learner_record.ts';
import { statusOf } from './statement_query.ts';

/** Something that concerns a learner changed: a statement came, or (undefined) anything else. */
export interface PastChange {
  readonly revision: number;
  readonly statement: Statement | undefined;
}

/**
 * All that was recorded of a learner up to a revision, what was taken back since included. It is read once, and tells
 * from memory what was known at any revision before.
 */
export class LearnerPast {
  /** Whoever was ever merged with the person, undone or not, in order of the ids. */
  readonly ids: readonly string[];
  readonly #merges: readonly Merge[];
  readonly #links: readonly Link[];
  readonly #facts: readonly KnownFact[];
  readonly #statements: readonly PastStatement[];
  readonly #certificates: readonly (Recorded<CertificateRecorded> & { readonly person: string })[];
  /** By what names the certificate. */
  readonly #decisions: ReadonlyMap<string, readonly Decision[]>;

  /** @param catalogue statements that could complete none of its courses are left out */
  constructor(snapshot: Snapshot, person: string, catalogue: Catalogue, upTo: number) {
    this.#merges = mergesOf(snapshot, person, upTo);
    this.ids = [...new Set([person, ...this.#merges.map((merge) => merge.other)])].sort();
    const { ids } = this;
    this.#links = rowsOf<Link>(
      snapshot,
      `SELECT account, person, revision, withdrawn FROM links
       WHERE person IN (SELECT value FROM json_each(?)) AND revision <= ?`,
      ids,
      upTo,
    );
    this.#facts = factsOf(snapshot, { persons: ids }, upTo);
    const accounts = [...new Set(this.#links.map(({ account }) => account))];
    this.#statements = accounts.flatMap((account) => statementsOf(snapshot, account, catalogue, upTo));
    this.#certificates = rowsOf<CertificateRow>(
      snapshot,
      `SELECT revision, person, data FROM certificates
       WHERE person IN (SELECT value FROM json_each(?)) AND revision <= ? ORDER BY revision`,
      ids,
      upTo,
    ).map(({ revision, person, data }) => ({ revision, person, data: JSON.parse(data) }));
    const names = [
      ...ids.map(personName),
      ...this.#certificates.map(({ revision }) => `${revision}`),
      ...this.#statements.map(({ statement }) => statement.id!.toLowerCase()),
    ];
    this.#decisions = Map.groupBy(decisionsOn(snapshot, names, upTo), ({ certificate }) => certificate);
  }

  /** What changed in some revisions, the first included and the last not, in their order. */
  changes(from: number, to: number): readonly PastChange[] {
    const changes = new Map<number, PastChange>();
    const add = (revision: number | null, statement?: Statement) => {
      if (revision === null || revision < from || revision >= to) return;
      changes.set(revision, { revision, statement: changes.has(revision) ? undefined : statement });
    };
    for (const { revision, statement, voided } of this.#statements) {
      add(revision, statement);
      add(voided ?? null);
    }
    const others = [
      ...this.#merges.flatMap(({ revision, undone }) => [revision, undone]),
      ...this.#links.flatMap(({ revision, withdrawn }) => [revision, withdrawn]),
      ...[...this.#facts, ...this.#certificates].map(({ revision }) => revision),
      ...[...this.#decisions.values()].flat().map(({ revision }) => revision),
    ];
    for (const revision of others) add(revision);
    return [...changes.values()].sort((one, other) => one.revision - other.revision);
  }

  /** Which of the ids were one person as known at a revision: groups in order of their ids, the least of each first. */
  personsAt(knownAt: number): readonly (readonly string[])[] {
    const groups: string[][] = [];
    for (const id of this.ids) {
      if (groups.some((group) => group.includes(id))) continue;
      const group = new Set([id]);
      for (const one of group) {
        for (const merge of this.#merges) {
          if (merge.person === one && isKnown(merge.revision, merge.undone, knownAt)) group.add(merge.other);
        }
      }
      groups.push([...group].sort());
    }
    return groups;
  }

  /** Everything that a status of some persons, who are one, depends on, as known at a revision. */
  recordAt(persons: readonly string[], knownAt: number): PersonRecord {
    const links = this.#links.filter(
      (link) => persons.includes(link.person) && isKnown(link.revision, link.withdrawn, knownAt),
    );
    const accounts = new Set(links.map(({ account }) => account));
    const found = this.#statements.filter(
      (one) => accounts.has(one.account) && isKnown(one.revision, one.voided ?? null, knownAt),
    );
    const statements = [...new Map(found.map((one) => [one.revision, one])).values()];
    const recorded = this.#certificates
      .filter(({ person, revision }) => persons.includes(person) && revision <= knownAt)
      .map(({ revision, data }): RecordedCertificate => {
        const decided = (kind: string) =>
          this.#decisions.get(`${revision}`)?.find((one) => one.kind === kind && one.revision <= knownAt);
        return {
          revision,
          data,
          verified: decided('verified') as RecordedCertificate['verified'],
          refused: decided('refused') as RecordedCertificate['refused'],
        };
      });
    return {
      persons,
      record: { statements, recorded, withdrawn: this.#withdrawnAt(persons, statements, recorded, knownAt) },
      facts: this.#facts.filter(
        (fact) => fact.revision <= knownAt && 'person' in fact && persons.includes(fact.person),
      ),
    };
  }

  #withdrawnAt(
    persons: readonly string[],
    statements: readonly LearnerStatement[],
    recorded: readonly RecordedCertificate[],
    knownAt: number,
  ): readonly Recorded<CertificateWithdrawn>[] {
    if (this.#decisions.size === 0) return [];
    const names = [
      ...persons.map(personName),
      ...recorded.map(({ revision }) => `${revision}`),
      ...statements.map(({ statement }) => statement.id!.toLowerCase()),
    ];
    const found = names
      .flatMap((name) => this.#decisions.get(name) ?? [])
      .filter(({ kind, revision }) => kind === 'withdrawn' && revision <= knownAt);
    const withdrawn = [...new Map(found.map((one) => [one.revision, one])).values()];
    return (withdrawn as readonly Recorded<CertificateWithdrawn>[]).toSorted((a, b) => a.revision - b.revision);
  }
}

interface Merge {
  readonly person: string;
  readonly other: string;
  readonly revision: number;
  readonly undone: number | null;
}

interface Link {
  readonly account: string;
  readonly person: string;
  readonly revision: number;
  readonly withdrawn: number | null;
}

interface PastStatement extends LearnerStatement {
  readonly account: string;
  readonly voided: number | undefined;
}

interface CertificateRow {
  readonly revision: number;
  readonly person: string;
  readonly data: string;
}

interface Decision extends Recorded<unknown> {
  readonly certificate: string;
  readonly kind: string;
}

/** Whether something is known of, and not yet taken back. */
function isKnown(revision: number, takenBack: number | null, knownAt: number): boolean {
  return revision <= knownAt && (takenBack === null || takenBack > knownAt);
}

/** Everything that merged a person with others, and those with more. */
function mergesOf(snapshot: Snapshot, person: string, upTo: number): readonly Merge[] {
  const select = snapshot.learning.prepare(
    'SELECT person, other, revision, undone FROM merges WHERE person = ? AND revision <= ?',
  );
  const persons = new Set([person]);
  const merges: Merge[] = [];
  for (const one of persons) {
    for (const merge of select.all(one, upTo) as unknown as Merge[]) {
      persons.add(merge.other);
      merges.push(merge);
    }
  }
  return merges;
}

function statementsOf(snapshot: Snapshot, account: string, catalogue: Catalogue, upTo: number): PastStatement[] {
  return Array.from(candidates(snapshot, account, catalogue, upTo), ({ at, revision }) => {
    const { statement } = decode('statement-stored', 1, snapshot.dataAt(revision));
    return { account, revision, at, statement, voided: statusOf(snapshot, revision).voided };
  });
}

function decisionsOn(snapshot: Snapshot, names: readonly string[], upTo: number): Decision[] {
  const rows = rowsOf<{ certificate: string; kind: string; revision: number; data: string }>(
    snapshot,
    `SELECT certificate, kind, revision, data FROM certificate_decisions
     WHERE certificate IN (SELECT value FROM json_each(?)) AND revision <= ? ORDER BY revision`,
    names,
    upTo,
  );
  return rows.map(({ data, ...row }) => ({ ...row, data: JSON.parse(data) }));
}

function rowsOf<Row>({ learning }: Snapshot, sql: string, among: readonly string[], upTo: number): readonly Row[] {
  return learning.prepare(sql).all(JSON.stringify(among), upTo) as unknown as readonly Row[];
}
