import type { Cmi5Rule, StatementRule } from '../events/learning_types.ts';
import { formatMicros } from '../xapi/instant.ts';
import { type Activity, isActivity, type Statement } from '../xapi/statement.ts';
import { type ActivityPlace, type Catalogue, CMI5, type CourseRule, platformsOf, type VerbRules } from './catalogue.ts';
import type { Evidence, LearnerStatement } from './model.ts';

/** Evidence that is a statement. */
export type StatementEvidence = Extract<Evidence, { kind: 'statement' }>;

/** What completed a course once, by one of its rules. */
export interface Completion {
  readonly course: string;
  /** The code of the edition that the rule names. */
  readonly edition?: string;
  /** Microseconds since 1970 UTC. */
  readonly at: bigint;
  /** The best scaled score of the evidence. */
  readonly scaled?: number;
  readonly evidence: readonly StatementEvidence[];
}

/** A statement that meets a rule, or one half of it. */
interface Match {
  readonly at: bigint;
  readonly statement: Statement;
  readonly evidence: StatementEvidence;
}

/** Of the same instant the one with the lower id is the earlier. */
function isEarlier(a: Match, b: Match): boolean {
  return a.at < b.at || (a.at === b.at && a.evidence.statementId < b.evidence.statementId);
}

/**
 * What a learner's statements complete by the catalogue's rules, in no order: one completion for each statement and
 * rule that it meets. Only statements of platforms that the rule trusts count.
 */
export function completionsOf(statements: readonly LearnerStatement[], catalogue: Catalogue): readonly Completion[] {
  const completions: Completion[] = [];
  const halves = new Map<CourseRule, Match[]>();
  for (const said of statements) {
    const { statement } = said;
    const ofVerb = catalogue.rules.get(statement.verb.id);
    if (ofVerb === undefined) continue;
    for (const courseRule of rulesAbout(statement, ofVerb)) {
      const { course, rule } = courseRule;
      const platform = platformsOf(catalogue, statement.authority).find((name) => rule.platforms.includes(name));
      if (platform === undefined) continue;
      const match: Match = { at: said.at, statement, evidence: evidenceOf(said, platform) };
      if (!('cmi5' in rule)) {
        if (meetsResult(statement, rule)) completions.push(completion(course, rule.edition, [match]));
      } else if (isHalf(statement, rule)) {
        halves.getOrInsertComputed(courseRule, () => []).push(match);
      } else if (meetsCmi5(statement)) {
        completions.push(completion(course, rule.edition, [match]));
      }
    }
  }
  for (const [{ course, rule }, matches] of halves) {
    for (const pair of pairsOf(matches)) completions.push(completion(course, rule.edition, pair));
  }
  return completions;
}

/** The rules about the activities that a statement names, each once. */
function rulesAbout(statement: Statement, { places }: VerbRules): Iterable<CourseRule> {
  const found = new Set<CourseRule>();
  for (const [place, byActivity] of places) {
    for (const { id } of activitiesIn(statement, place)) {
      for (const rule of byActivity.get(id) ?? []) found.add(rule);
    }
  }
  return found;
}

function activitiesIn({ object, context }: Statement, place: ActivityPlace): readonly Activity[] {
  if (place === 'object') return isActivity(object) ? [object] : [];
  return [context?.contextActivities?.[place] ?? []].flat() as readonly Activity[];
}

function meetsResult({ result }: Statement, rule: StatementRule): boolean {
  return (
    (rule.success === undefined || result?.success === rule.success) &&
    (rule.completion === undefined || result?.completion === rule.completion) &&
    (rule.minScaled === undefined || (result?.score?.scaled ?? Number.NEGATIVE_INFINITY) >= rule.minScaled) &&
    Object.entries(rule.extensions ?? {}).every(([key, value]) => result?.extensions?.[key] === value)
  );
}

/** Whether the statement does not contradict its verb: a pass is a success, what is completed is complete. */
function meetsCmi5({ verb, result }: Statement): boolean {
  if (verb.id === CMI5.passed) return result?.success !== false;
  return verb.id !== CMI5.completed || result?.completion !== false;
}

/** Whether the statement is one of the two that CompletedAndPassed asks for. */
function isHalf({ verb }: Statement, { cmi5: { unit } }: Cmi5Rule): boolean {
  return unit?.moveOn === 'CompletedAndPassed' && (verb.id === CMI5.completed || verb.id === CMI5.passed);
}

/**
 * Completed and passed within one registration. Each of the statements from which on both are there completes, with
 * the earliest of the other kind: so one more statement never takes a completion away.
 */
function pairsOf(matches: readonly Match[]): readonly Match[][] {
  const earliest = new Map<string, Match>();
  return matches
    .filter(({ statement }) => statement.context?.registration !== undefined && meetsCmi5(statement))
    .sort((a, b) => (isEarlier(a, b) ? -1 : 1))
    .flatMap((match) => {
      const registration = match.statement.context!.registration!.toLowerCase();
      const verb = match.statement.verb.id;
      earliest.getOrInsert(`${registration} ${verb}`, match);
      const other = earliest.get(`${registration} ${verb === CMI5.passed ? CMI5.completed : CMI5.passed}`);
      return other === undefined ? [] : [[other, match]];
    });
}

function completion(course: string, edition: string | undefined, matches: readonly Match[]): Completion {
  const scores = matches.flatMap(({ statement }) => statement.result?.score?.scaled ?? []);
  return {
    course,
    ...(edition !== undefined && { edition }),
    at: matches.at(-1)!.at,
    ...(scores.length > 0 && { scaled: Math.max(...scores) }),
    evidence: matches.map(({ evidence }) => (edition === undefined ? evidence : { ...evidence, edition })),
  };
}

function evidenceOf({ revision, at, statement }: LearnerStatement, platform: string): StatementEvidence {
  const scaled = statement.result?.score?.scaled;
  return {
    kind: 'statement',
    statementId: statement.id!.toLowerCase(),
    revision,
    timestamp: statement.timestamp ?? formatMicros(at),
    platform,
    ...(scaled !== undefined && { scaled }),
  };
}
