import { LedgerlineError } from '../errors.ts';
import type {
  ComplianceEventData,
  Condition,
  FactCondition,
  LadderDeclared,
  PartsNeeded,
  PathDeclared,
  Satisfaction,
} from '../events/compliance_types.ts';
import type { Learned } from './accepted.ts';
import type { LearningRules } from './decide_learning.ts';
import { need, newVersion, refuseStale } from './learning_policy.ts';

/** Declarations name only what is declared; the same content again is no new version. */
export const COMPLIANCE_RULES: LearningRules<keyof ComplianceEventData> = {
  'ladder-declared': (data, knowledge, command) => newVersion('ladder', data.ladder, data, knowledge, command),
  'requirement-declared'(data, knowledge, command) {
    needAgency(data, knowledge);
    needCondition(data.appliesTo, '/appliesTo', knowledge);
    needSatisfaction(data.satisfiedBy, '/satisfiedBy', knowledge);
    if (data.absence) needCondition(data.absence.when, '/absence/when', knowledge);
    refuseStale(command, knowledge.learning.declared('requirement', data.requirement)?.revision);
    const present = presentTerms(data, knowledge);
    const same = present?.withdrawn === undefined && present?.data === JSON.stringify(data);
    return same ? { since: present.revision } : data;
  },
  'requirement-withdrawn'(data, knowledge, command) {
    const present = presentTerms(data, knowledge);
    if (present === undefined) {
      throw new LedgerlineError('not_found', `Nothing is declared of ${data.requirement} from ${data.from} on.`);
    }
    refuseStale(command, knowledge.learning.declared('requirement', data.requirement)?.revision);
    return present.withdrawn === undefined ? data : { since: present.withdrawn };
  },
  'waiver-granted'(data, knowledge, command) {
    needAgency(data, knowledge);
    data.requirements.forEach((requirement, i) => {
      need(knowledge, 'requirement', requirement, `/requirements/${i}`);
    });
    if (data.group) needCondition(data.group, '/group', knowledge);
    const decided = newVersion('waiver', data.waiver, data, knowledge, command);
    if (knowledge.learning.declared('waiver-withdrawn', data.waiver) === undefined) return decided;
    throw new LedgerlineError('conflict', `The waiver ${data.waiver} was withdrawn.`, {
      rule: 'a waiver that was withdrawn stays withdrawn; a new one has an id of its own',
    });
  },
  'waiver-withdrawn'(data, { learning }, command) {
    const present = learning.declared('waiver', data.waiver);
    if (present === undefined) throw new LedgerlineError('not_found', `There is no waiver ${data.waiver}.`);
    refuseStale(command, present.revision);
    const withdrawn = learning.declared('waiver-withdrawn', data.waiver);
    return withdrawn === undefined ? data : { since: withdrawn.revision };
  },
  'path-declared'(data, knowledge, command) {
    needAgency(data, knowledge);
    refuseOthers(data, knowledge);
    data.steps.forEach(({ satisfiedBy }, i) => {
      needSatisfaction(satisfiedBy, `/steps/${i}/satisfiedBy`, knowledge);
    });
    return newVersion('path', data.path, data, knowledge, command);
  },
  'programme-declared'(data, knowledge, command) {
    needAgency(data, knowledge);
    data.parts.forEach(({ satisfiedBy }, i) => {
      needSatisfaction(satisfiedBy, `/parts/${i}/satisfiedBy`, knowledge);
    });
    needParts(data.graduates, '/graduates', new Set(data.parts.map(({ part }) => part)));
    return newVersion('programme', data.programme, data, knowledge, command);
  },
  'snapshot-frozen'(data, knowledge) {
    needAgency(data, knowledge);
    const present = knowledge.learning.declared('snapshot', data.snapshot);
    if (present === undefined) return data;
    if (present.data === JSON.stringify(data)) return { since: present.revision };
    throw new LedgerlineError('conflict', `There is another snapshot ${data.snapshot}.`, {
      rule: 'a snapshot is frozen once; another one has an id of its own',
    });
  },
};

/** The last declaration of a requirement from a day on; `withdrawn` since a revision, when it is. */
function presentTerms(
  { requirement, from }: { readonly requirement: string; readonly from: string },
  { learning }: Learned,
): { readonly revision: number; readonly data: string; readonly withdrawn: number | undefined } | undefined {
  const declared = learning.declaredFrom('requirement', requirement, from);
  const withdrawn = learning.declaredFrom('requirement-withdrawn', requirement, from)?.revision;
  if (declared === undefined) return undefined;
  // Declared anew after a withdrawal, it stands again.
  return { ...declared, withdrawn: withdrawn !== undefined && withdrawn > declared.revision ? withdrawn : undefined };
}

/** Who may change a path hangs on whose it is: that does not change. @throws `conflict` */
function refuseOthers({ path, person }: PathDeclared, { learning }: Learned): void {
  const present = learning.declared('path', path);
  if (present === undefined || (JSON.parse(present.data) as PathDeclared).person === person) return;
  throw new LedgerlineError('conflict', `There is another path ${path}.`, {
    property: '/person',
    rule: 'a path stays whose it is; another one has an id of its own',
  });
}

function needAgency({ agency }: { readonly agency?: string }, knowledge: Learned): void {
  if (agency !== undefined) need(knowledge, 'agency', agency, '/agency');
}

function needCondition(condition: Condition, property: string, knowledge: Learned): void {
  const among = (members: readonly Condition[], name: string) => {
    members.forEach((one, i) => {
      needCondition(one, `${property}/${name}/${i}`, knowledge);
    });
  };
  if ('all' in condition) among(condition.all, 'all');
  else if ('any' in condition) among(condition.any, 'any');
  else if ('not' in condition) needCondition(condition.not, `${property}/not`, knowledge);
  else if ('at' in condition) needCondition(condition.is, `${property}/is`, knowledge);
  else needRanks(condition, property, knowledge);
}

/** Ranks are of the ladder, and the lowest is not above the highest. @throws `invalid_body` */
function needRanks({ ladder, min, max }: FactCondition, property: string, knowledge: Learned): void {
  if (ladder === undefined) return;
  need(knowledge, 'ladder', ladder, `${property}/ladder`);
  const { ranks } = JSON.parse(knowledge.learning.declared('ladder', ladder)!.data) as LadderDeclared;
  for (const [name, rank] of Object.entries({ min, max })) {
    if (rank === undefined || ranks.includes(rank)) continue;
    throw wrong(`${property}/${name}`, `the ladder ${ladder} has no rank ${rank}`, 'it is a rank of the ladder');
  }
  if (min === undefined || max === undefined || ranks.indexOf(min) <= ranks.indexOf(max)) return;
  throw wrong(`${property}/max`, `${max} is below ${min}`, 'it is not below min');
}

function needSatisfaction(needed: Satisfaction, property: string, knowledge: Learned): void {
  if ('boundTo' in needed) return;
  if ('when' in needed) {
    needCondition(needed.when, `${property}/when`, knowledge);
    needSatisfaction(needed.needs, `${property}/needs`, knowledge);
    return;
  }
  if ('course' in needed) {
    need(knowledge, 'course', needed.course, `${property}/course`);
    return;
  }
  const [name, members] = membersOf(needed);
  members.forEach((one, i) => {
    needSatisfaction(one, `${property}/${name}/${i}`, knowledge);
  });
}

function needParts(needed: PartsNeeded, property: string, parts: ReadonlySet<string>): void {
  if ('part' in needed) {
    if (parts.has(needed.part)) return;
    throw wrong(`${property}/part`, `there is no part ${needed.part}`, 'it is a part of the programme');
  }
  const [name, members] = membersOf(needed);
  members.forEach((one, i) => {
    needParts(one, `${property}/${name}/${i}`, parts);
  });
}

/** The members of an expression, and the name under which it has them. */
function membersOf<T>(
  needed: { readonly all: readonly T[] } | { readonly any: readonly T[] } | { readonly of: readonly T[] },
): readonly [string, readonly T[]] {
  if ('all' in needed) return ['all', needed.all];
  return 'any' in needed ? ['any', needed.any] : ['of', needed.of];
}

function wrong(property: string, what: string, rule: string): LedgerlineError {
  return new LedgerlineError('invalid_body', `${property}: ${what}.`, { property, rule });
}
