import type { Day } from '../events/learning_types.ts';
import { type Catalogue, decisionsFor, type Equivalence } from '../learning/catalogue.ts';
import { certificatesOn, compareCertificateIds, type Proof, proofsOf } from '../learning/certificates.ts';
import { addPeriod, dayAfter, dayBefore, LAST_DAY } from '../learning/days.ts';
import type { Certificate, CitedDecision, LearnerRecord, Until } from '../learning/model.ts';
import { recognise } from '../learning/recognition.ts';

/** The days on which a certificate counts for a course, with the same end and for the same reason on all of them. */
export interface CourseSpan {
  readonly course: string;
  readonly from: Day;
  readonly to: Day;
  /** The last day on which it counts, as recorded now; null: none. */
  readonly until: Until | null;
  /** As it stood on the first of the days. */
  readonly certificate: Certificate;
  /** None: it counts as itself. */
  readonly decisions: readonly CitedDecision[];
  /** The last completion that it needs: its own, or that of one it counts together with. */
  readonly known: Day;
}

/** For whom days are counted. */
export interface Recognising {
  /** null: no agency, only what is common to all. */
  readonly agency: string | null;
  /** An IANA name. */
  readonly zone: string;
}

/**
 * When which of a learner's certificates count for which course in an agency, by course, in order of their days. What
 * counts can change only on the days that facts, decisions and certificates name: it is judged on each of these.
 */
export function courseSpansOf(
  record: LearnerRecord,
  catalogue: Catalogue,
  { agency, zone }: Recognising,
): ReadonlyMap<string, readonly CourseSpan[]> {
  const proofs = proofsOf(record, catalogue, zone);
  const spans = new Map<string, CourseSpan[]>();
  for (const group of connected(proofs, catalogue, agency)) {
    const edges = [...edgesOf(group, record, catalogue)].sort();
    edges.forEach((from, i) => {
      const next = edges[i + 1];
      const certificates = certificatesOn(group.proofs, record.withdrawn, catalogue, from);
      addSpans(spans, certificates, catalogue, { agency, from, to: next === undefined ? LAST_DAY : dayBefore(next) });
    });
  }
  for (const ofCourse of spans.values()) ofCourse.sort(inOrder);
  return spans;
}

/** Certificates that decisions connect; every other stands alone. */
interface Group {
  readonly proofs: readonly Proof[];
  readonly decisions: readonly Equivalence[];
}

function connected(proofs: readonly Proof[], catalogue: Catalogue, agency: string | null): readonly Group[] {
  const groups: Group[] = [];
  const open = new Map(Map.groupBy(proofs, ({ course }) => course));
  for (const [course, ofCourse] of open) {
    const decisions = decisionsAround(course, catalogue, agency);
    if (decisions.size === 0) {
      groups.push(...ofCourse.map((proof) => ({ proofs: [proof], decisions: [] })));
      continue;
    }
    const sources = new Set([...decisions].flatMap((one) => one.sources.map((source) => source.course)));
    const together = [...sources].flatMap((source) => open.get(source) ?? []);
    for (const source of sources) open.delete(source);
    groups.push({ proofs: together, decisions: [...decisions] });
  }
  return groups;
}

/** The decisions that have a course as a source, and those that have sources or targets in common with them. */
function decisionsAround(first: string, catalogue: Catalogue, agency: string | null): ReadonlySet<Equivalence> {
  const found = new Set<Equivalence>();
  const courses = new Set([first]);
  for (const course of courses) {
    for (const decision of decisionsFor(catalogue.bySource.get(course), agency)) {
      found.add(decision);
      courses.add(decision.target);
      for (const source of decision.sources) courses.add(source.course);
    }
  }
  return found;
}

function edgesOf({ proofs, decisions }: Group, record: LearnerRecord, catalogue: Catalogue): Set<Day> {
  const first = proofs.map(({ completed }) => completed).sort()[0]!;
  const edges = new Set<Day>();
  const begin = (day: Day) => edges.add(day < first ? first : day);
  const end = (day: Day | undefined) => day !== undefined && day < LAST_DAY && begin(dayAfter(day));
  const aged = (period: string | undefined) => {
    if (period !== undefined) for (const { completed } of proofs) end(addPeriod(completed, period));
  };
  for (const { course, completed, recorded } of proofs) {
    begin(completed);
    aged(catalogue.courses.get(course)?.data.validity);
    for (const { data } of recorded) end(data.expires);
  }
  for (const { data } of record.withdrawn) {
    begin(data.from);
    end(data.to);
  }
  for (const { known, sources, target } of decisions) {
    begin(known.data.from);
    end(known.data.to);
    if (known.revoked !== undefined) begin(known.revoked.data.from);
    for (const { maxAge } of sources) aged(maxAge);
    aged(catalogue.courses.get(target)?.data.validity);
  }
  const courses = [...proofs.map(({ course }) => course), ...decisions.map(({ target }) => target)];
  for (const course of new Set(courses)) {
    const replaced = catalogue.courses.get(course)?.data.replacedBy;
    if (replaced !== undefined) begin(replaced.from);
  }
  return edges;
}

interface Days {
  readonly agency: string | null;
  readonly from: Day;
  readonly to: Day;
}

function addSpans(
  spans: Map<string, CourseSpan[]>,
  certificates: readonly Certificate[],
  catalogue: Catalogue,
  { agency, from, to }: Days,
): void {
  const completed = new Map(certificates.map((one) => [one.id, one.completed]));
  for (const { certificate, recognitions } of recognise(certificates, catalogue, { agency, asOf: from })) {
    for (const { course, counts, until, decisions, together } of recognitions) {
      if (!counts) continue;
      const known = together.reduce(
        (last, id) => (completed.get(id)! > last ? completed.get(id)! : last),
        certificate.completed,
      );
      const span: CourseSpan = { course, from, to, until, certificate, decisions, known };
      const ofCourse = spans.getOrInsertComputed(course, () => []);
      const before = ofCourse.findLastIndex((one) => one.certificate.id === certificate.id);
      const one = ofCourse[before];
      if (one !== undefined && dayAfter(one.to) === from && isAlike(one, span)) ofCourse[before] = { ...one, to };
      else ofCourse.push(span);
    }
  }
}

function isAlike(one: CourseSpan, other: CourseSpan): boolean {
  return (
    one.until?.day === other.until?.day &&
    one.until?.because === other.until?.because &&
    one.known === other.known &&
    one.decisions.length === other.decisions.length &&
    one.decisions.every(({ revision }, i) => revision === other.decisions[i]!.revision)
  );
}

function inOrder(one: CourseSpan, other: CourseSpan): number {
  if (one.from !== other.from) return one.from < other.from ? -1 : 1;
  const [a, b] = [one.certificate, other.certificate];
  if (a.completed !== b.completed) return a.completed < b.completed ? -1 : 1;
  return compareCertificateIds(a.id, b.id);
}
