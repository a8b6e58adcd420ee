import { dependenceOf } from '../compliance/dependence.ts';
import type { PlaceBooks } from '../compliance/evaluate.ts';
import { LedgerlineError } from '../errors.ts';
import type { RecordedEvent } from '../ledger/ledger.ts';
import { assignmentsAt, placesAt } from '../queries/assignments.ts';
import { learnerOf, mergedWith } from '../queries/learner.ts';
import { policyAt } from '../queries/policy_at.ts';
import type { LearningView, ReadSession, Snapshot } from '../read_store/read_session.ts';
import { type Affected, affectedBy, type Requirements } from './affected.ts';
import { type Evaluation, emptyEvaluation, pairOf } from './evaluation.ts';
import type { KeptEvaluation } from './evaluation_file.ts';
import { personRows } from './person_rows.ts';

/** How long other work waits while statuses are worked out, in milliseconds. */
const SLICE_MS = 20;
/** How many events behind it is worth to go over each of them, at least; more than there are people are taken at once. */
const FAR_BEHIND = 20_000;
const EVENTS_A_READ = 500;
/** Before the first event. */
const NOTHING = -1;

/** Revisions of which only what is known at the last was worked out: from the first, to before the last. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** What is worked out next: the statuses of some persons, or of all, as known at a revision. */
interface Task {
  readonly revision: number;
  readonly persons: readonly string[];
  readonly requirements: Requirements;
}

/**
 * Keeps everybody's statuses, over both times, up to date with the ledger: each event changes those of the persons whom
 * it concerns, as known from its revision on. In slices, so that questions are answered meanwhile; what is known up to
 * `revision` is whole at any time.
 */
export class Evaluator {
  readonly evaluation: Evaluation;
  readonly #session: ReadSession;
  readonly #gaps: Gap[];
  #revision: number;
  #places: { readonly revision: number; readonly books: PlaceBooks } | undefined;

  constructor(session: ReadSession, kept?: KeptEvaluation) {
    this.#session = session;
    this.evaluation = kept?.evaluation ?? emptyEvaluation();
    this.#revision = kept?.revision ?? -1;
    this.#gaps = [...(kept?.gaps ?? [])];
  }

  /** Everything up to this ledger revision is worked out. */
  get revision(): number {
    return this.#revision;
  }

  get gaps(): readonly Gap[] {
    return this.#gaps;
  }

  /** Whether what was known at a revision was worked out when it was; else it must be worked out anew. */
  has(knownAt: number): boolean {
    return knownAt <= this.#revision && !this.#gaps.some(({ from, to }) => from <= knownAt && knownAt < to);
  }

  /** Goes on up to a head. @param pause lets others work; false: there is no more time */
  async catchUp(head: number, pause: () => Promise<boolean>): Promise<void> {
    // The newest events come after, when the tables hold them: they would have to be in memory until then.
    const merged = Math.min(
      head,
      this.#session.read(({ mergedRevision }) => mergedRevision, NOTHING),
    );
    if (merged - this.#revision > Math.max(FAR_BEHIND, this.evaluation.persons.texts.length)) {
      this.#gaps.push({ from: this.#revision + 1, to: merged });
      const persons = personsOf(this.#session, undefined, merged);
      if (!(await this.#evaluate({ revision: merged, persons, requirements: 'all' }, pause))) return;
    }
    while (this.#revision < head) {
      const tasks = this.#tasks(head);
      for (const task of tasks) if (!(await this.#evaluate(task, pause))) return;
    }
  }

  /**
   * As known at one revision, worked out anew, of the persons who were ever in an agency (undefined: in any).
   * @throws `unavailable` when it is ended before its end
   */
  async evaluatedAt(knownAt: number, agency: string | undefined, pause: () => Promise<boolean>): Promise<Evaluation> {
    const evaluation = emptyEvaluation();
    const persons = personsOf(this.#session, agency, knownAt);
    const known: Known = { knownAt, from: 0, requirements: 'all' };
    const isWhole = await inSlices(persons, pause, (slice) =>
      this.#session.read((snapshot) => slice((person) => this.#add(evaluation, snapshot, person, known)), knownAt),
    );
    if (!isWhole) throw ended();
    return evaluation;
  }

  /** What the next events ask for; declarations that follow one another are worked out once, at the last. */
  #tasks(head: number): Task[] {
    const upTo = Math.min(head, this.#revision + EVENTS_A_READ);
    return this.#session.read((snapshot) => {
      const events = snapshot.ledger.portion(this.#revision + 1, upTo - this.#revision);
      const tasks: Task[] = [];
      let declared: { readonly from: number; to: number; requirements: Requirements } | undefined;
      const flush = () => {
        if (declared === undefined) return;
        const { from, to, requirements } = declared;
        if (from < to) this.#gaps.push({ from, to });
        tasks.push({ revision: to, persons: personsOf(snapshot, undefined, to), requirements });
        declared = undefined;
      };
      for (const event of events) {
        const { persons, requirements } = this.#affected(event, snapshot);
        if (persons === 'everybody') {
          declared ??= { from: event.revision, to: event.revision, requirements };
          declared.to = event.revision;
          declared.requirements = both(declared.requirements, requirements);
        } else if (persons.length > 0) {
          flush();
          tasks.push({ revision: event.revision, persons, requirements });
        }
      }
      flush();
      const last = events.at(-1)?.revision ?? head;
      if (tasks.at(-1)?.revision !== last) tasks.push({ revision: last, persons: [], requirements: 'all' });
      return tasks;
    }, upTo);
  }

  #affected(event: RecordedEvent, snapshot: Snapshot): Affected {
    return affectedBy(event, snapshot, policyAt(snapshot, event.revision).compliance);
  }

  async #evaluate({ revision, persons, requirements }: Task, pause: () => Promise<boolean>): Promise<boolean> {
    const known = { knownAt: revision, from: revision, requirements };
    const isWhole = await inSlices(persons, pause, (slice) =>
      this.#session.read(
        (snapshot) => slice((person) => this.#add(this.evaluation, snapshot, person, known)),
        revision,
      ),
    );
    if (isWhole) this.#revision = revision;
    return isWhole;
  }

  /** One is under the least of their ids; under the others there is nothing. */
  #add(evaluation: Evaluation, snapshot: Snapshot, id: string, { knownAt, from, requirements }: Known): void {
    const persons = mergedWith(snapshot, id, knownAt).sort();
    const [first, ...others] = persons;
    const { columns, pairs } = evaluation;
    const known = policyAt(snapshot, knownAt);
    const isAll = requirements === 'all';
    const catalogue = isAll ? known.catalogue : dependenceOf(known.compliance).catalogueFor(requirements);
    const learner = learnerOf(snapshot, { person: first! }, knownAt);
    const places = this.#placesAt(snapshot, knownAt);
    const { assignments } =
      learner === undefined
        ? { assignments: [] }
        : assignmentsAt(snapshot, learner, { ...known, catalogue }, knownAt, places);
    const person = evaluation.persons.numberOf(first!);
    const rows = personRows(person, assignments, known.compliance, evaluation, requirements);
    const concerns = (pair: number) => isAll || requirements.has(pairOf(pairs.texts[pair]!).requirement);
    columns.replace(person, from, rows, concerns);
    for (const other of others) {
      const number = evaluation.persons.known(other);
      if (number !== undefined) columns.replace(number, from, [], () => true);
    }
  }

  #placesAt(snapshot: Snapshot, knownAt: number): PlaceBooks {
    if (this.#places?.revision !== knownAt) this.#places = { revision: knownAt, books: placesAt(snapshot, knownAt) };
    return this.#places.books;
  }
}

/** As known when, from which revision on it is kept, and by which requirements. */
interface Known {
  readonly knownAt: number;
  readonly from: number;
  readonly requirements: Requirements;
}

function both(one: Requirements, other: Requirements): Requirements {
  return one === 'all' || other === 'all' ? 'all' : one.union(other);
}

/** All who were ever said to be in an agency (undefined: in any), as known at a revision, in order of their ids. */
export function personsOf({ learning }: LearningView, agency: string | undefined, knownAt: number): readonly string[] {
  const rows = learning
    .prepare(
      `SELECT DISTINCT person FROM facts WHERE name = 'assigned' AND revision <= :knownAt
       AND (:agency IS NULL OR agency = :agency) ORDER BY person`,
    )
    .all({ knownAt, agency: agency ?? null }) as { person: string }[];
  return rows.map(({ person }) => person);
}

/** The thread ends before an answer was whole. */
export function ended(): LedgerlineError {
  return new LedgerlineError('unavailable', 'The statuses cannot be worked out now.', { retryAfterSeconds: 2 });
}

/** Works for some milliseconds at a time. @returns false when it was ended before its end */
export async function inSlices(
  persons: readonly string[],
  pause: () => Promise<boolean>,
  work: (slice: (one: (person: string) => void) => void) => void,
): Promise<boolean> {
  for (let next = 0; next < persons.length; ) {
    const until = performance.now() + SLICE_MS;
    work((one) => {
      do one(persons[next++]!);
      while (next < persons.length && performance.now() < until);
    });
    if (!(await pause())) return false;
  }
  return true;
}
