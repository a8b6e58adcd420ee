import type { CourseDeclared, Day } from '../events/learning_types.ts';
import { type Catalogue, decisionsFor } from './catalogue.ts';
import { type End, earliestEnd } from './conditions.ts';
import { dayBefore } from './days.ts';
import {
  type Asked,
  comesBack,
  type Denial,
  denialEnd,
  type Equivalences,
  findEquivalences,
  isTransitive,
  ownHolding,
} from './equivalences.ts';
import type {
  Certificate,
  CitedDecision,
  FailedCondition,
  KnownDecision,
  RecognisedCertificate,
  Recognition,
  Versioned,
} from './model.ts';

/**
 * What each of a learner's certificates counts for on a day, to an agency, and why; and what one could think that it
 * counts for, and why not. All certificates of the learner as of that day are needed: a decision can ask for several.
 */
export function recognise(
  certificates: readonly Certificate[],
  catalogue: Catalogue,
  asked: Asked,
): readonly RecognisedCertificate[] {
  const equivalences = findEquivalences(certificates, catalogue, asked);
  return certificates.map((certificate) => {
    const recognitions = recognitionsOf(certificate, equivalences, catalogue, asked).sort(inOrder);
    return { certificate, counts: recognitions.some(({ counts }) => counts), recognitions };
  });
}

/** What counts first, then the course itself; decisions of one course stay in the catalogue's order. */
function inOrder(a: Recognition, b: Recognition): number {
  if (a.counts !== b.counts) return a.counts ? -1 : 1;
  if (a.by !== b.by) return a.by === 'itself' ? -1 : 1;
  if (a.course !== b.course) return a.course < b.course ? -1 : 1;
  return 0;
}

function recognitionsOf(
  certificate: Certificate,
  equivalences: Equivalences,
  catalogue: Catalogue,
  asked: Asked,
): Recognition[] {
  const denials = equivalences.denialsOf(certificate);
  const denied = Map.groupBy(
    denials.filter(({ from }) => from === asked.asOf),
    ({ target }) => target,
  );
  const own = asItself(certificate, denials, catalogue, asked);
  const decided = byDecisions(certificate, equivalences, catalogue, asked).filter(({ course }) => !denied.has(course));
  const possible = denied.has(own.course) ? decided : [own, ...decided];
  const counting = Map.groupBy(
    possible.filter(({ counts }) => counts),
    ({ course }) => course,
  );
  return [
    ...[...denied].map(([course, against]) => asDenied(course, certificate, against)),
    ...[...counting.values()].flatMap(([first]) => first ?? []),
    ...[...possible, ...asReplaced(certificate, catalogue, asked)].filter(
      ({ course, counts }) => !counts && !counting.has(course),
    ),
  ];
}

/** As what it is: a course of the agency or common to all, in force on the day of completion, not replaced. */
function asItself(
  certificate: Certificate,
  denials: readonly Denial[],
  { courses }: Catalogue,
  { agency, asOf }: Asked,
): Recognition {
  const { course, completed } = certificate;
  const failed = stateThatFails(certificate);
  const declared = courses.get(course);
  const { agency: owner, from = null, to = null } = declared?.data ?? {};
  const revision = declared && { revision: declared.revision };
  if (owner !== undefined && owner !== agency) {
    failed.push({ condition: 'agency', required: owner, found: agency, ...revision });
  }
  if (declared === undefined || (from !== null && completed < from) || (to !== null && completed > to)) {
    failed.push({ condition: 'in-force', required: { from, to }, found: completed, ...revision });
  }
  failed.push(...replacementThatFails(course, certificate, courses, asOf));
  const until = earliestEnd(certificate.until, replacementEnd(course, courses), denialEnd(denials, course));
  return recognition(course, 'itself', failed, until);
}

/**
 * By decisions: what it counts for, each course once, and the decisions, from it or from what it counts for, that fail.
 * Where a course is replaced, what others counted for it ends with it; only a decision about the course itself keeps it.
 */
function byDecisions(
  certificate: Certificate,
  { decided, apply }: Equivalences,
  { bySource, courses }: Catalogue,
  { agency, asOf }: Asked,
): readonly Recognition[] {
  const own = ownHolding(certificate);
  const derived = [...decided.values()].flatMap((holdings) => holdings.get(certificate.id) ?? []);
  const failing = [own, ...derived].flatMap((holding) =>
    decisionsFor(bySource.get(holding.course), agency)
      .filter(({ known }) => known.data.effect === 'counts' && (holding === own || isTransitive(known)))
      .filter((equivalence) => !comesBack(equivalence, holding))
      .map((equivalence) => apply(equivalence, holding))
      .filter(({ failed }) => failed.length > 0 || certificate.state !== 'valid'),
  );
  return [...derived.map((holding) => ({ holding, failed: [] })), ...failing].map(({ holding, failed }) => {
    const { course, decisions, together, until } = holding;
    const isKept = course === certificate.course;
    const replaced = isKept ? [] : replacementThatFails(course, certificate, courses, asOf);
    const end = earliestEnd(until, isKept ? null : replacementEnd(course, courses));
    return recognition(
      course,
      'decision',
      [...stateThatFails(certificate), ...failed, ...replaced],
      end,
      decisions,
      together,
    );
  });
}

/** Decisions say that it does not count. */
function asDenied(course: string, certificate: Certificate, denials: readonly Denial[]): Recognition {
  const decisions = denials.map(({ known }) => known);
  return {
    ...recognition(course, 'decision', stateThatFails(certificate), null, decisions),
    counts: false,
    until: null,
  };
}

/** The courses that replace its course, one after the other: it does not count for them. */
function asReplaced(
  { course, completed }: Certificate,
  { courses }: Catalogue,
  { asOf }: Asked,
): readonly Recognition[] {
  const recognitions: Recognition[] = [];
  const failed: FailedCondition[] = [];
  const passed = new Set<string>();
  for (let old = course; !passed.has(old); ) {
    passed.add(old);
    const declared = courses.get(old);
    const replacement = declared?.data.replacedBy;
    if (declared === undefined || replacement === undefined || asOf < replacement.from) break;
    failed.push(replacedCondition(old, completed, declared));
    if (!passed.has(replacement.course))
      recognitions.push(recognition(replacement.course, 'itself', [...failed], null));
    old = replacement.course;
  }
  return recognitions;
}

function stateThatFails({ state, stateSince }: Certificate): FailedCondition[] {
  if (state === 'valid') return [];
  const revision = stateSince?.revision;
  return [{ condition: 'state', required: 'valid', found: state, ...(revision !== undefined && { revision }) }];
}

/** A course that is replaced on a day, its certificates not being kept. */
function replacementThatFails(
  course: string,
  { completed }: Certificate,
  courses: Catalogue['courses'],
  asOf: Day,
): FailedCondition[] {
  const declared = courses.get(course);
  const replacement = declared?.data.replacedBy;
  if (declared === undefined || replacement === undefined || replacement.keep === true) return [];
  return asOf < replacement.from ? [] : [replacedCondition(course, completed, declared)];
}

function replacedCondition(
  course: string,
  completed: Day,
  { data, revision }: Versioned<CourseDeclared>,
): FailedCondition {
  const { course: successor, from } = data.replacedBy!;
  return { condition: 'replaced', required: { course: successor, from }, found: { course, completed }, revision };
}

/** The last day on which certificates of a course count for it before it is replaced. */
function replacementEnd(course: string, courses: Catalogue['courses']): End {
  const replacement = courses.get(course)?.data.replacedBy;
  if (replacement === undefined || replacement.keep === true) return null;
  return { day: dayBefore(replacement.from), because: 'replaced' };
}

function recognition(
  course: string,
  by: Recognition['by'],
  failed: readonly FailedCondition[],
  until: End,
  decisions: readonly KnownDecision[] = [],
  together: readonly string[] = [],
): Recognition {
  const counts = failed.length === 0;
  return { course, counts, until: counts ? until : null, by, decisions: decisions.map(cited), together, failed };
}

function cited({ data, version, revision }: KnownDecision): CitedDecision {
  const { decision, agency = null, effect, basis, decidedBy, reason } = data;
  return {
    decision,
    version,
    revision,
    agency,
    basis: basis.document,
    effect,
    decidedBy,
    ...(reason !== undefined && { reason }),
  };
}
