import { setTimeout as wait } from 'node:timers/promises';
import type { Day } from '../events/learning_types.ts';
import { dayAsked, zoneOf } from '../queries/asked_day.ts';
import { personRecordOf, placesAt } from '../queries/assignments.ts';
import { learnerOf } from '../queries/learner.ts';
import { everAssigned } from '../queries/people_of.ts';
import { policyAt } from '../queries/policy_at.ts';
import type { ReadSession } from '../read_store/read_session.ts';
import { countsAt, trend } from './counts.ts';
import { differenceOf } from './difference.ts';
import type { Evaluation } from './evaluation.ts';
import type { Evaluator } from './evaluator.ts';
import { listed, Pages } from './listing.ts';
import type { AskedPoint, NoAnswer, Question, QuestionAnswers, Used, WhatIf } from './questions.ts';
import { ended, inSlices } from './slices.ts';
import { snapshotText } from './snapshot_form.ts';
import { changesFor, type DraftedChange, drafted } from './what_if.ts';

/** How long a question waits for what was acknowledged before it, and for the revision that it names, in milliseconds. */
const SOON_MS = 500;
const NAMED_MS = 5_000;
/** How many evaluations of the past are kept. */
const KEPT = 2;

/** What questions are answered from. */
export interface Answering {
  readonly session: ReadSession;
  readonly evaluator: Evaluator;
  /** The last revision that is acknowledged. */
  readonly head: () => number;
  /** Lets others work; false: the thread ends. */
  readonly pause: () => Promise<boolean>;
}

/** Answers questions about agencies: from what is worked out, or else worked out anew for the past that is asked about. */
export function questionAnswerer({ session, evaluator, head, pause }: Answering) {
  const past = new Map<string, Promise<Evaluation>>();
  const pages = new Pages();

  /** Waits until what a question needs is there. @returns the revision, or undefined when it is not there in time */
  async function revisionFor({ knownAt, atLeast }: AskedPoint): Promise<number | undefined> {
    const wanted = knownAt ?? head();
    const soon = performance.now() + (knownAt === undefined ? SOON_MS : NAMED_MS);
    while (evaluator.revision < wanted && performance.now() < soon) await wait(2);
    if (evaluator.revision >= wanted) return wanted;
    if (knownAt !== undefined) return undefined;
    if (atLeast === undefined) return evaluator.revision >= 0 ? evaluator.revision : undefined;
    const late = soon + NAMED_MS - SOON_MS;
    while (evaluator.revision < atLeast && performance.now() < late) await wait(2);
    return evaluator.revision >= atLeast ? evaluator.revision : undefined;
  }

  function evaluationAt(knownAt: number, agency: string | undefined, anew = false): Promise<Evaluation> {
    if (anew) return evaluator.evaluatedAt(knownAt, agency, pause);
    if (evaluator.has(knownAt)) return Promise.resolve(evaluator.evaluation);
    const name = `${knownAt} ${agency ?? ''}`;
    const evaluation = past.get(name) ?? evaluator.evaluatedAt(knownAt, agency, pause);
    past.delete(name);
    past.set(name, evaluation);
    if (past.size > KEPT) past.delete(past.keys().next().value!);
    evaluation.catch(() => past.delete(name));
    return evaluation;
  }

  /** The day in the agency's zone, as known then. */
  function usedFor(point: AskedPoint, knownAt: number, agency: string | undefined): Used | NoAnswer {
    const { policy } = policyAt(session, knownAt);
    if (agency !== undefined && !policy.agencies.has(agency)) return 'no such agency';
    return { asOf: dayAsked({ ...point, knownAt }, zoneOf(policy, agency ?? null)), knownAt };
  }

  function isDeclared(requirement: string, knownAt: number): boolean {
    return policyAt(session, knownAt).compliance.terms.has(requirement);
  }

  return async (question: Question): Promise<QuestionAnswers[Question['kind']] | NoAnswer> => {
    const { point, agency } = question;
    const knownAt = await revisionFor(point);
    if (knownAt === undefined) return { notYet: `the statuses are worked out up to revision ${evaluator.revision}` };
    const used = usedFor(point, knownAt, agency);
    if (typeof used === 'string' || 'notYet' in used) return used;
    const requirement = requirementIn(question);
    if (requirement !== undefined && !isDeclared(requirement, knownAt)) return 'no such requirement';
    if (question.kind === 'what-if') return { ...used, ...(await whatIf(question, used)) };
    const evaluation = await evaluationAt(knownAt, agency, question.kind === 'snapshot' && question.anew);
    switch (question.kind) {
      case 'counts': {
        const { compliance } = policyAt(session, knownAt);
        const { chosen, by } = question;
        const requirements = countsAt(evaluation, used, { ...chosen, agency, by }, compliance);
        return { ...used, requirements: JSON.stringify(requirements) };
      }
      case 'list':
      case 'lines': {
        const { rows, next } = pages.at(evaluation, used, { ...question.wanted, agency }, question);
        if (question.kind === 'list') return { ...used, found: rows.map((row) => listed(evaluation, row)), next };
        const text = rows.map((row) => `${JSON.stringify(listed(evaluation, row))}\n`).join('');
        return { ...used, text, next };
      }
      case 'trend': {
        const { from, to, chosen } = question;
        const { compliance } = policyAt(session, knownAt);
        return { ...used, trends: trend(evaluation, { from, to, knownAt }, { ...chosen, agency }, compliance) };
      }
      case 'snapshot':
        return { ...used, text: snapshotText(evaluation, used, agency) };
      case 'difference': {
        const otherKnown = await revisionFor(question.other);
        if (otherKnown === undefined)
          return { notYet: `the statuses are worked out up to revision ${evaluator.revision}` };
        const other = usedFor(question.other, otherKnown, agency);
        if (typeof other === 'string' || 'notYet' in other) return other;
        const seen = { evaluation: await evaluationAt(otherKnown, agency), point: other };
        const changes = differenceOf({ evaluation, point: used }, seen, { ...question.chosen, agency });
        return { one: used, other, changes };
      }
    }
  };

  async function whatIf(
    { agency, draft, limit, point }: Extract<Question, { kind: 'what-if' }>,
    { knownAt }: Used,
  ): Promise<WhatIf> {
    const known = policyAt(session, knownAt);
    const policies = { now: known.compliance, drafted: drafted(known.compliance, draft, knownAt) };
    const dayIn = (of: string): Day => dayAsked({ ...point, knownAt }, zoneOf(known.policy, of));
    const seats = { now: new Map<string, number>(), drafted: new Map<string, number>() };
    const places = placesAt(session, knownAt);
    const persons = everAssigned(session, agency, knownAt);
    const seen = new Set<string>();
    const changed = new Set<string>();
    const changes: DraftedChange[] = [];
    let statuses = 0;
    const done = await inSlices(persons, pause, (slice) =>
      session.read(
        (snapshot) =>
          slice((id) => {
            const learner = learnerOf(snapshot, { person: id }, knownAt);
            if (learner === undefined || learner.persons.some((person) => seen.has(person))) return;
            for (const person of learner.persons) seen.add(person);
            const person = personRecordOf(snapshot, learner, known, knownAt);
            for (const change of changesFor(person, { ...policies, places }, { agency, dayIn }, seats)) {
              statuses++;
              changed.add(change.person);
              if (changes.length < limit) changes.push(change);
            }
          }),
        knownAt,
      ),
    );
    if (done < persons.length) throw ended();
    const courses = [...new Set([...seats.now.keys(), ...seats.drafted.keys()])].sort();
    const needed = courses.map((course) => ({
      course,
      now: seats.now.get(course) ?? 0,
      drafted: seats.drafted.get(course) ?? 0,
    }));
    return { persons: changed.size, statuses, changes, seats: needed };
  }
}

/** The one requirement that is asked about. */
function requirementIn(question: Question): string | undefined {
  if ('chosen' in question) return question.chosen.requirement;
  return 'wanted' in question ? question.wanted.requirement : undefined;
}
