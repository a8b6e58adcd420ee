import { requirementsOf } from '../compliance/evaluate.ts';
import type { FactBook } from '../compliance/fact_book.ts';
import {
  dayColumn,
  type IntervalRow,
  NO_DAY,
  NO_EVIDENCE,
  STATUSES,
  UNDETERMINED_APPLYING,
} from '../compliance/interval_columns.ts';
import type { CompliancePolicy, Interval } from '../compliance/model.ts';
import { type Assignment, timelineOf } from '../compliance/timeline.ts';
import type { Day } from '../events/learning_types.ts';
import { dayAfter, dayBefore, LAST_DAY, numberOfDay } from '../learning/days.ts';
import type { Requirements } from './affected.ts';
import { ASSIGNED, type Evaluation, GROUP_FACTS, type Group, pairText, rowReason } from './evaluation.ts';

const COMPLIANT = STATUSES.indexOf('compliant');

/**
 * A person's rows: for each agency the days on which they are in it, and their intervals by each requirement, cut where
 * the facts change by which people are counted. Days on which a requirement does not concern them have none.
 * @param requirements only their rows
 */
export function personRows(
  person: number,
  assignments: readonly Assignment[],
  policy: CompliancePolicy,
  evaluation: Evaluation,
  requirements: Requirements,
): IntervalRow[] {
  return assignments.flatMap((assignment) => {
    const { agency, around } = assignment;
    const groups = groupSpans(around.facts);
    const rows: IntervalRow[] = [];
    const add = (requirement: string, days: Span, row: Pick<IntervalRow, 'status' | 'day' | 'reason' | 'evidence'>) => {
      const pair = evaluation.pairs.numberOf(pairText(agency, requirement));
      for (const { from, to, group } of groups) {
        if (to < days.from || days.to < from) continue;
        const [first, last] = [from > days.from ? from : days.from, to < days.to ? to : days.to];
        const place = evaluation.groups.numberOf(group);
        rows.push({ person, pair, group: place, from: numberOfDay(first), to: numberOfDay(last), ...row });
      }
    };
    const none = { status: COMPLIANT, day: NO_DAY, reason: evaluation.reasons.numberOf('{}'), evidence: NO_EVIDENCE };
    if (requirements === 'all') {
      for (const span of around.facts('assigned')) if (span.value === true) add(ASSIGNED, span, none);
    }
    for (const requirement of requirementsOf(agency, policy)) {
      if (requirements !== 'all' && !requirements.has(requirement)) continue;
      for (const interval of timelineOf(requirement, policy.terms.get(requirement)!, assignment, policy)) {
        if (interval.status !== 'not-required') add(requirement, interval, columnsOf(interval, evaluation));
      }
    }
    return rows;
  });
}

interface Span {
  readonly from: Day;
  readonly to: Day;
}

function columnsOf(interval: Interval, { reasons }: Evaluation) {
  const { status, until, by, since, reason } = interval;
  return {
    status: status === 'undetermined' && interval.applies ? UNDETERMINED_APPLYING : STATUSES.indexOf(status),
    day: dayColumn(until?.day ?? by ?? since),
    reason: reasons.numberOf(JSON.stringify(rowReason(interval))),
    evidence: reason.evidence ?? NO_EVIDENCE,
  };
}

/** The days of each group that a person was in, from the first of all days to the last. */
function groupSpans(facts: FactBook): readonly (Span & { readonly group: string })[] {
  const spans = GROUP_FACTS.map((name) => facts(name).filter(({ key }) => key === ''));
  const edges = new Set<Day>(['0000-01-01']);
  for (const { from, to } of spans.flat()) {
    edges.add(from);
    if (to < LAST_DAY) edges.add(dayAfter(to));
  }
  const inOrder = [...edges].sort();
  return inOrder.map((from, i) => {
    const next = inOrder[i + 1];
    const group: Group = spans.map((of) => of.find((one) => one.from <= from && from <= one.to)?.value ?? null);
    return { from, to: next === undefined ? LAST_DAY : dayBefore(next), group: JSON.stringify(group) };
  });
}
