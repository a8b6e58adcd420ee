import type { PlaceBooks } from '../compliance/evaluate.ts';
import type { RecordedEvent } from '../ledger/ledger.ts';
import { assignmentsAt, placesAt } from '../queries/assignments.ts';
import { learnerOf, mergedWith } from '../queries/learner.ts';
import { everAssigned } from '../queries/people_of.ts';
import { policyAt } from '../queries/policy_at.ts';
import type { ReadSession, Snapshot } from '../read_store/read_session.ts';
import { type Affected, affectedBy, both, catalogueFor, concerning, type Requirements } from './affected.ts';
import { type Evaluation, emptyEvaluation } from './evaluation.ts';
import type { KeptEvaluation } from './evaluation_file.ts';
import { GapFiller } from './gap_filler.ts';
import { personRows } from './person_rows.ts';
import { ended, inSlices } from './slices.ts';

const USUAL: Measures = { farBehind: 20_000, declarations: 16 };
const EVENTS_A_READ = 500;
/** Before the first event. */
const NOTHING = -1;

export interface Measures {
  /** More events than this, and than there are people, are taken at once. */
  readonly farBehind: number;
  /** How many declarations of the past are kept compiled while everybody is gone over. */
  readonly declarations: number;
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
  readonly #filler: GapFiller;
  readonly #measures: Measures;
  #revision: number;
  #places: { readonly revision: number; readonly books: PlaceBooks } | undefined;

  constructor(session: ReadSession, kept?: KeptEvaluation, measures = USUAL) {
    this.#session = session;
    this.#measures = measures;
    this.evaluation = kept?.evaluation ?? emptyEvaluation();
    this.#revision = kept?.revision ?? -1;
    this.#filler = new GapFiller(session, this.evaluation, measures.declarations);
  }

  /** Everything up to this ledger revision is worked out. */
  get revision(): number {
    return this.#revision;
  }

  /** Whether what was known at a revision is worked out; else it must be worked out anew. */
  has(knownAt: number): boolean {
    const { gaps } = this.evaluation;
    return knownAt <= this.#revision && !gaps.some(({ from, to }) => from <= knownAt && knownAt < to);
  }

  /** Whether there are revisions up to `revision` of which it is not worked out what was known. */
  get hasGaps(): boolean {
    return this.evaluation.gaps.length > 0;
  }

  /** Works out what was known in the gaps. @param pause lets others work; false: there is something else to do first */
  fillGaps(pause: () => Promise<boolean>): Promise<void> {
    return this.#filler.goOn(pause);
  }

  /** Goes on up to a head. @param pause lets others work; false: there is no more time */
  async catchUp(head: number, pause: () => Promise<boolean>): Promise<void> {
    // The newest events come after, when the tables hold them: they would have to be in memory until then.
    const merged = Math.min(
      head,
      this.#session.read(({ mergedRevision }) => mergedRevision, NOTHING),
    );
    if (merged - this.#revision > Math.max(this.#measures.farBehind, this.evaluation.persons.texts.length)) {
      this.evaluation.gaps.push({ from: this.#revision + 1, to: merged });
      const persons = everAssigned(this.#session, undefined, merged);
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
    const persons = everAssigned(this.#session, agency, knownAt);
    // Which events made it known is not worked out.
    evaluation.gaps.push({ from: 0, to: knownAt });
    const known: Known = { knownAt, from: knownAt, requirements: 'all' };
    const done = await inSlices(persons, pause, (slice) =>
      this.#session.read((snapshot) => slice((person) => this.#add(evaluation, snapshot, person, known)), knownAt),
    );
    if (done < persons.length) throw ended();
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
        if (from < to) this.evaluation.gaps.push({ from, to });
        tasks.push({ revision: to, persons: everAssigned(snapshot, undefined, to), requirements });
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
    const done = await inSlices(persons, pause, (slice) =>
      this.#session.read(
        (snapshot) => slice((person) => this.#add(this.evaluation, snapshot, person, known)),
        revision,
      ),
    );
    if (done < persons.length) return false;
    this.#revision = revision;
    return true;
  }

  /** One is under the least of their ids; under the others there is nothing. */
  #add(evaluation: Evaluation, snapshot: Snapshot, id: string, { knownAt, from, requirements }: Known): void {
    const persons = mergedWith(snapshot, id, knownAt).sort();
    const [first, ...others] = persons;
    const { columns, pairs } = evaluation;
    const known = policyAt(snapshot, knownAt);
    const catalogue = catalogueFor(requirements, known);
    const learner = learnerOf(snapshot, { person: first! }, knownAt);
    const places = this.#placesAt(snapshot, knownAt);
    const { assignments } =
      learner === undefined
        ? { assignments: [] }
        : assignmentsAt(snapshot, learner, { ...known, catalogue }, knownAt, places);
    const person = evaluation.persons.numberOf(first!);
    const rows = personRows(person, assignments, known.compliance, evaluation, requirements);
    columns.replace(person, from, rows, concerning(requirements, pairs));
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
