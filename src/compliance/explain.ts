import type { Condition, CourseNeeded, Satisfaction, WaiverGranted } from '../events/compliance_types.ts';
import type { Day, FactValue } from '../events/learning_types.ts';
import { addPeriod, LAST_DAY } from '../learning/days.ts';
import type { CitedDecision, Evidence, FailedCondition, RecognisedCertificate, Versioned } from '../learning/model.ts';
import { type Cite, holds, spansOn } from './condition.ts';
import type { CourseSpan } from './course_spans.ts';
import { intervalOn } from './evaluate.ts';
import type { CompliancePolicy, Interval, StatusName, UnknownFact } from './model.ts';
import { recurrenceEnds } from './recurrence.ts';
import type { Part, SatisfiedUntil } from './satisfaction.ts';
import { type Assignment, type Observed, timelineOf } from './timeline.ts';

/** A fact that was looked at, of the person or of a place. */
export interface UsedFact {
  readonly place?: string;
  readonly name: string;
  readonly key?: string;
  readonly value: FactValue;
  readonly from: Day;
  /** null: without end. */
  readonly to: Day | null;
  readonly revision: number;
}

/** A certificate that satisfies. */
export interface SatisfyingCertificate {
  readonly id: string;
  readonly course: string;
  readonly completed: Day;
  /** None: it counts as what it is. */
  readonly decisions: readonly CitedDecision[];
  /** The earliest first. */
  readonly evidence: readonly Evidence[];
}

/** A certificate that one could think satisfies, and why it does not. */
export interface FailingCertificate {
  readonly id: string;
  readonly course: string;
  readonly completed: Day;
  readonly decisions: readonly CitedDecision[];
  readonly failed: readonly (FailedCondition | RequirementCondition)[];
}

/** What the requirement itself asks of a completion. */
export interface RequirementCondition {
  readonly condition: 'completed-from' | 'completed-to' | 'maximum-age' | 'evidence-age' | 'recurrence' | 'order';
  readonly required: unknown;
  readonly found: unknown;
}

/** A part of what must be learned, with what shows it or what is missing. */
export interface ExplainedPart {
  readonly kind: Part['kind'];
  readonly met: boolean;
  readonly course?: string;
  readonly until: SatisfiedUntil;
  readonly certificate?: SatisfyingCertificate;
  readonly notCounting?: readonly FailingCertificate[];
  readonly parts?: readonly ExplainedPart[];
}

export interface CitedWaiver {
  readonly waiver: string;
  readonly version: number;
  readonly revision: number;
  readonly from: Day;
  readonly to: Day | null;
  readonly extendsTo?: Day;
  readonly reason: string;
  readonly grantedBy: string;
}

/** A status on a day with everything it follows from. */
export interface Explained {
  readonly requirement: string;
  readonly title: string;
  readonly status: StatusName;
  readonly until: SatisfiedUntil;
  readonly by: Day | null;
  readonly since: Day | null;
  /** The declaration in force. */
  readonly rule: {
    readonly version: number;
    readonly revision: number;
    readonly from: Day;
    readonly to: Day | null;
    readonly agency: string | null;
    readonly mandate?: string;
  };
  /** The first day of the unbroken span in which it applies. */
  readonly applies: Day | null;
  readonly facts: readonly UsedFact[];
  readonly unknown: readonly UnknownFact[];
  readonly missing: readonly string[];
  readonly satisfaction?: ExplainedPart;
  readonly waiver?: CitedWaiver | 'absence';
  readonly extensions: readonly CitedWaiver[];
}

/**
 * Why a person stands to a requirement on a day as they do. Undefined: they have no status on that day.
 * @param recognised what the person's certificates count for in the agency on the day
 */
export function explain(
  requirement: string,
  assignment: Assignment,
  policy: CompliancePolicy,
  day: Day,
  recognised: readonly RecognisedCertificate[],
): Explained | undefined {
  const terms = policy.terms.get(requirement) ?? [];
  let observed: Observed | undefined;
  const intervals = timelineOf(requirement, terms, assignment, policy, (from, one) => {
    if (from <= day) observed = one;
  });
  const interval = intervalOn(intervals, day);
  return interval === undefined ? undefined : explained(requirement, interval, observed!, assignment, day, recognised);
}

function explained(
  requirement: string,
  { status, until, by, since, reason }: Interval,
  { terms, since: applies, part, waiver, extensions }: Observed,
  assignment: Assignment,
  day: Day,
  recognised: readonly RecognisedCertificate[],
): Explained {
  const { data, version, revision, from, to } = terms;
  const waived = waiver === undefined ? (reason.waiver === undefined ? undefined : 'absence') : citedWaiver(waiver);
  return {
    requirement,
    title: data.title,
    status,
    until,
    by,
    since,
    rule: {
      version,
      revision,
      from,
      to: to === LAST_DAY ? null : to,
      agency: data.agency ?? null,
      ...(data.mandate !== undefined && { mandate: data.mandate }),
    },
    applies: applies ?? null,
    facts: factsUsed(observedConditions(data), assignment, day),
    unknown: reason.unknown,
    missing: reason.missing,
    ...(part !== undefined && {
      satisfaction: explainedPart(part, { assignment, day, recognised, terms, since: applies }),
    }),
    ...(waived !== undefined && { waiver: waived }),
    extensions: extensions.map(citedWaiver),
  };
}

type Terms = Observed['terms'];

function observedConditions(data: Terms['data']): readonly Condition[] {
  const absence = data.absence === undefined ? [] : [data.absence.when];
  return [data.appliesTo, ...conditionsIn(data.satisfiedBy), ...absence];
}

function conditionsIn(needed: Satisfaction): readonly Condition[] {
  if ('all' in needed) return needed.all.flatMap(conditionsIn);
  if ('any' in needed) return needed.any.flatMap(conditionsIn);
  if ('of' in needed) return needed.of.flatMap(conditionsIn);
  return 'when' in needed ? [needed.when, ...conditionsIn(needed.needs)] : [];
}

/** The facts that the conditions look at, in the order in which they do, each once. */
function factsUsed(conditions: readonly Condition[], { around }: Assignment, day: Day): readonly UsedFact[] {
  const used = new Map<string, UsedFact>();
  const cite: Cite = ({ place, name, span }) => {
    const { key, value, from, to, revision } = span;
    used.set(`${place ?? ''}\n${name}\n${key}\n${revision}`, {
      ...(place !== undefined && { place }),
      name,
      ...(key !== '' && { key }),
      value,
      from,
      to: to === LAST_DAY ? null : to,
      revision,
    });
  };
  for (const span of spansOn(around.facts('assigned'), day)) cite({ name: 'assigned', span });
  for (const condition of conditions) holds(condition, around, day, cite);
  return [...used.values()];
}

/** What parts are explained from. */
interface Asked extends Pick<Observed, 'terms' | 'since'> {
  readonly assignment: Assignment;
  readonly day: Day;
  readonly recognised: readonly RecognisedCertificate[];
}

function explainedPart({ kind, met, course, needed, until, evidence, parts }: Part, asked: Asked): ExplainedPart {
  return {
    kind,
    met,
    ...(course !== undefined && { course }),
    until,
    ...(evidence !== undefined && { certificate: satisfying(evidence) }),
    ...(needed !== undefined && !met && { notCounting: failing(needed, asked) }),
    ...(parts.length > 0 && { parts: parts.map((one) => explainedPart(one, asked)) }),
  };
}

/** A certificate that satisfies, as answers show it. */
export function satisfying({ certificate, decisions }: CourseSpan): SatisfyingCertificate {
  const { id, course, completed, evidence } = certificate;
  return { id, course, completed, decisions, evidence };
}

function failing(
  needed: CourseNeeded,
  { assignment, day, recognised, terms, since }: Asked,
): readonly FailingCertificate[] {
  const { spans } = assignment;
  const counting = (spans.get(needed.course) ?? []).filter(({ from, to }) => from <= day && day <= to);
  const tooOld = counting.map(({ certificate, decisions }): FailingCertificate => {
    const { id, course, completed } = certificate;
    return {
      id,
      course,
      completed,
      decisions,
      failed: needsThatFail(needed, completed, day, { data: terms.data, since }),
    };
  });
  const notCounting = recognised.flatMap(({ certificate, recognitions }) =>
    recognitions
      .filter(({ course, counts }) => course === needed.course && !counts)
      .map(({ decisions, failed }): FailingCertificate => {
        const { id, course, completed } = certificate;
        return { id, course, completed, decisions, failed };
      }),
  );
  return [...tooOld, ...notCounting];
}

/** What a completion that counts for the course does not have for the requirement. */
function needsThatFail(
  { completedFrom, completedTo, maxAge, recurs }: CourseNeeded,
  completed: Day,
  day: Day,
  { data, since }: { readonly data: Terms['data']; readonly since: Day | undefined },
): readonly RequirementCondition[] {
  const failed: RequirementCondition[] = [];
  const fail = (condition: RequirementCondition['condition'], required: unknown) =>
    failed.push({ condition, required, found: completed });
  if (completedFrom !== undefined && completed < completedFrom) fail('completed-from', completedFrom);
  if (completedTo !== undefined && completed > completedTo) fail('completed-to', completedTo);
  if (maxAge !== undefined && day > addPeriod(completed, maxAge)) fail('maximum-age', maxAge);
  const { evidenceAge, recurrence } = data;
  if (evidenceAge !== undefined && since !== undefined && addPeriod(completed, evidenceAge) < since) {
    fail('evidence-age', { age: evidenceAge, on: since });
  }
  if (failed.length > 0) return failed;
  // It is all that was asked of it, and yet it was not taken: its time is over, or it came before another part.
  const [end] = recurs === false ? [null] : recurrenceEnds([completed], recurrence);
  if (end != null && end.day < day) fail('recurrence', recurrence);
  else fail('order', 'completed on or after the part before');
  return failed;
}

function citedWaiver({ data, version, revision }: Versioned<WaiverGranted>): CitedWaiver {
  const { waiver, from, to, extendsTo, reason, grantedBy } = data;
  return {
    waiver,
    version,
    revision,
    from,
    to: to ?? null,
    ...(extendsTo !== undefined && { extendsTo }),
    reason,
    grantedBy,
  };
}
