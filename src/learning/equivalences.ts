import type { Day, EquivalenceSource } from '../events/learning_types.ts';
import { type Catalogue, decisionsFor, type Equivalence } from './catalogue.ts';
import { compareCertificateIds } from './certificates.ts';
import { ageEnd, conditionsThatFail, type End, earliestEnd, endsLater, termsEnd, termsThatFail } from './conditions.ts';
import { addPeriod, dayBefore } from './days.ts';
import type { Certificate, FailedCondition, KnownDecision } from './model.ts';

/** For whom, and for which day, is judged. */
export interface Asked {
  /** null: no agency, only what is common to all. */
  readonly agency: string | null;
  readonly asOf: Day;
}

/** A certificate that stands for a course: its own, or one that it counts for by decisions. */
export interface Holding {
  readonly certificate: Certificate;
  readonly course: string;
  /** In the order in which they lead from the certificate to the course; none: it is its own. */
  readonly decisions: readonly KnownDecision[];
  /** Other certificates (ids) without which it does not. */
  readonly together: readonly string[];
  readonly until: End;
}

/** What applying a decision to a holding gives: a holding of the target, unless something failed. */
export interface Applied {
  readonly holding: Holding;
  readonly failed: readonly FailedCondition[];
}

/** A decision that a certificate does not count for a course. */
export interface Denial {
  readonly known: KnownDecision;
  readonly target: string;
  /** The first day, not before `asOf`, on which it says so. */
  readonly from: Day;
}

/** What valid certificates stand for by decisions. */
export interface Equivalences {
  /** By the course, then by the certificate's id: of several ways the one that lasts longest. */
  readonly decided: ReadonlyMap<string, ReadonlyMap<string, Holding>>;
  /** Applies a decision that counts to a holding of one of its sources' courses. */
  readonly apply: (equivalence: Equivalence, holding: Holding) => Applied;
  /** The decisions against a certificate, now and later. */
  readonly denialsOf: (certificate: Certificate) => readonly Denial[];
}

/** A certificate as what it is. */
export function ownHolding(certificate: Certificate): Holding {
  return {
    certificate,
    course: certificate.course,
    decisions: [],
    together: [],
    until: certificate.until ?? null,
  };
}

/** The end that a later decision against a certificate puts to what it counts for. */
export function denialEnd(denials: readonly Denial[], target: string): End {
  const ends = denials.filter((denial) => denial.target === target).map(({ from }) => dayBefore(from));
  return earliestEnd(...ends.map((day) => ({ day, because: 'does-not-count' as const })));
}

/**
 * Finds what certificates stand for by an agency's decisions and those for all: in one step, and in more where the
 * further decisions are transitive. Whether a course is replaced does not matter here: a decision says what counts.
 */
export function findEquivalences(
  certificates: readonly Certificate[],
  catalogue: Catalogue,
  { agency, asOf }: Asked,
): Equivalences {
  const own = Map.groupBy(
    certificates.filter(({ state }) => state === 'valid').map(ownHolding),
    ({ course }) => course,
  );
  const decided = new Map<string, Map<string, Holding>>();
  const denials = new Map<string, readonly Denial[]>();

  const holdingsOf = (course: string, decidedToo: boolean): readonly Holding[] => {
    const ofOwn = own.get(course) ?? [];
    return decidedToo ? [...ofOwn, ...(decided.get(course)?.values() ?? [])] : ofOwn;
  };

  /**
   * The other sources of a decision, each with the holding that meets it for longest. A decision that does not apply at
   * all (`inTerms` false) is no fault of theirs.
   */
  const partnersOf = ({ known, sources }: Equivalence, source: EquivalenceSource, day: Day, inTerms: boolean) =>
    sources
      .filter((other) => other !== source)
      .map((other) => {
        const held = holdingsOf(other.course, isTransitive(known));
        const meeting = held
          .filter(
            ({ certificate, decisions }) =>
              conditionsThatFail(other, certificate, decisions.length === 0, day, catalogue).length === 0 &&
              (!inTerms || termsThatFail(known, certificate.completed, day).length === 0),
          )
          .map((holding) => ({ holding, until: earliestEnd(holding.until, ageEnd(other, holding.certificate)) }));
        return { source: other, held, best: meeting.toSorted(longestFirst)[0] };
      });

  const apply = (equivalence: Equivalence, holding: Holding, day = asOf): Applied => {
    const { known, sources, target } = equivalence;
    const { certificate, course, decisions } = holding;
    const [{ source, failed }] = sources
      .filter((one) => one.course === course)
      .map((one) => ({
        source: one,
        failed: conditionsThatFail(one, certificate, decisions.length === 0, day, catalogue),
      }))
      .sort((a, b) => a.failed.length - b.failed.length) as [{ source: EquivalenceSource; failed: FailedCondition[] }];
    const terms = termsThatFail(known, certificate.completed, day);
    // A substitute is valid no longer than the course itself would be, from its own day of completion.
    const { validity } = catalogue.courses.get(target)?.data ?? {};
    const targetValidity = validity === undefined ? undefined : addPeriod(certificate.completed, validity);
    const partners = partnersOf(equivalence, source, day, terms.length === 0);
    const missing = partners.filter(({ best }) => best === undefined);
    const found = partners.flatMap(({ best }) => best ?? []);
    return {
      holding: {
        certificate,
        course: target,
        decisions: [...decisions, known],
        together: [
          ...new Set(
            found
              .flatMap((one) => [one.holding.certificate.id, ...one.holding.together])
              .concat(holding.together)
              .filter((id) => id !== certificate.id),
          ),
        ],
        until: earliestEnd(
          holding.until,
          ageEnd(source, certificate),
          termsEnd(known),
          targetValidity === undefined ? null : { day: targetValidity, because: 'expiry' },
          ...found.map(({ until }) => until),
        ),
      },
      failed: [
        ...targetThatFails(equivalence, catalogue, agency),
        ...failed,
        ...(targetValidity !== undefined && day > targetValidity
          ? [{ condition: 'maximum-age' as const, required: validity, found: certificate.completed }]
          : []),
        ...missing.map(({ source: required, held }) => ({
          condition: 'together-with' as const,
          required,
          found: held.map((one) => one.certificate.id),
        })),
        ...terms,
      ],
    };
  };

  const denialsOf = (certificate: Certificate): readonly Denial[] =>
    denials.getOrInsertComputed(certificate.id, () =>
      decisionsFor(catalogue.bySource.get(certificate.course), agency)
        .filter(({ known }) => known.data.effect === 'does-not-count')
        .flatMap((equivalence) => {
          const { known, target } = equivalence;
          const from = known.data.from > asOf ? known.data.from : asOf;
          const { failed } = apply(equivalence, ownHolding(certificate), from);
          return failed.length === 0 ? [{ known, target, from }] : [];
        }),
    );

  /** Whether a decision against the step itself beats a further step of a chain. */
  const stepDenied = ({ target }: Equivalence, { certificate, course, decisions }: Holding): boolean =>
    decisions.length > 0 &&
    decisionsFor(catalogue.bySource.get(course), agency).some(
      (against) =>
        against.known.data.effect === 'does-not-count' &&
        against.target === target &&
        termsThatFail(against.known, certificate.completed, asOf).length === 0,
    );

  const add = ({ holding, failed }: Applied): boolean => {
    const { certificate, course } = holding;
    const against = denialsOf(certificate).filter(({ target }) => target === course);
    if (failed.length > 0 || against.some(({ from }) => from === asOf)) return false;
    const until = earliestEnd(holding.until, denialEnd(against, course));
    const ofCourse = decided.getOrInsertComputed(course, () => new Map());
    const known = ofCourse.get(certificate.id);
    if (known !== undefined && !endsLater(until, known.until)) return false;
    ofCourse.set(certificate.id, { ...holding, until });
    return true;
  };

  // What is found can let more be found, together or by transitive decisions: until nothing more is. Each round makes
  // something last longer, so circles of decisions end.
  for (let more = true; more; ) {
    more = false;
    for (const course of new Set([...own.keys(), ...decided.keys()])) {
      for (const equivalence of decisionsFor(catalogue.bySource.get(course), agency)) {
        if (equivalence.known.data.effect !== 'counts') continue;
        for (const holding of holdingsOf(course, isTransitive(equivalence.known))) {
          if (comesBack(equivalence, holding) || stepDenied(equivalence, holding)) continue;
          if (add(apply(equivalence, holding))) more = true;
        }
      }
    }
  }
  return { decided, apply, denialsOf };
}

/** Whether what counts for a source by other decisions counts on; a decision against speaks of its sources alone. */
export function isTransitive({ data }: KnownDecision): boolean {
  return data.transitive === true && data.effect === 'counts';
}

/** Whether a chain of decisions would lead back to the certificate's own course. */
export function comesBack({ target }: Equivalence, { certificate, decisions }: Holding): boolean {
  return decisions.length > 0 && target === certificate.course;
}

/** A decision for all does not make anything count for a course that is another agency's own. */
function targetThatFails(
  { known, target }: Equivalence,
  { courses }: Catalogue,
  agency: string | null,
): readonly FailedCondition[] {
  const course = courses.get(target);
  const owner = course?.data.agency;
  const isDecided = known.data.agency !== undefined || known.data.effect !== 'counts';
  if (course === undefined || owner === undefined || owner === agency || isDecided) return [];
  return [{ condition: 'agency', required: owner, found: agency, revision: course.revision }];
}

interface Meeting {
  readonly holding: Holding;
  readonly until: End;
}

/** The one that lasts longest; of these the earliest completed. */
function longestFirst(a: Meeting, b: Meeting): number {
  if (endsLater(a.until, b.until)) return -1;
  if (endsLater(b.until, a.until)) return 1;
  const one = a.holding.certificate;
  const other = b.holding.certificate;
  if (one.completed !== other.completed) return one.completed < other.completed ? -1 : 1;
  return compareCertificateIds(one.id, other.id);
}
