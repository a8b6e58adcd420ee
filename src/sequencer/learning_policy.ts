import type { PolicyKind } from '../../projections/policy.ts';
import { LedgerlineError } from '../errors.ts';
import type { Learned } from './accepted.ts';
import type { LearningCommand } from './command.ts';
import type { LearningRules, SoAlready } from './decide_learning.ts';

type PolicyType =
  | 'agency-declared'
  | 'platform-declared'
  | 'course-declared'
  | 'equivalence-decided'
  | 'equivalence-revoked';

/** Declarations name only what is declared; the same content again is no new version. */
export const POLICY_RULES: LearningRules<PolicyType> = {
  'agency-declared': (data, knowledge, command) => newVersion('agency', data.agency, data, knowledge, command),
  'platform-declared': (data, knowledge, command) => newVersion('platform', data.platform, data, knowledge, command),
  'course-declared'(data, knowledge, command) {
    if (data.agency !== undefined) need(knowledge, 'agency', data.agency, '/agency');
    data.editions.forEach(({ agency }, i) => {
      if (agency !== undefined) need(knowledge, 'agency', agency, `/editions/${i}/agency`);
    });
    if (data.replacedBy) need(knowledge, 'course', data.replacedBy.course, '/replacedBy/course', data.course);
    data.completion.forEach(({ platforms }, i) => {
      platforms.forEach((platform, j) => {
        need(knowledge, 'platform', platform, `/completion/${i}/platforms/${j}`);
      });
    });
    return newVersion('course', data.course, data, knowledge, command);
  },
  'equivalence-decided'(data, knowledge, command) {
    if (data.agency !== undefined) need(knowledge, 'agency', data.agency, '/agency');
    need(knowledge, 'course', data.target, '/target');
    data.sources.forEach(({ course, platforms }, i) => {
      need(knowledge, 'course', course, `/sources/${i}/course`);
      platforms?.forEach((platform, j) => {
        need(knowledge, 'platform', platform, `/sources/${i}/platforms/${j}`);
      });
    });
    return newVersion('equivalence', data.decision, data, knowledge, command);
  },
  'equivalence-revoked'(data, knowledge, command) {
    const decided = knowledge.learning.declared('equivalence', data.decision);
    if (decided === undefined) throw new LedgerlineError('not_found', `There is no decision ${data.decision}.`);
    refuseStale(command, decided.revision);
    const revoked = knowledge.learning.declared('equivalence-revoked', data.decision);
    const same = revoked !== undefined && revoked.revision > decided.revision && revoked.data === JSON.stringify(data);
    return same ? { since: revoked.revision } : data;
  },
};

/** A declared thing that is asked for by its id, which `property` of the body names. @throws `invalid_body` */
export function need(knowledge: Learned, kind: PolicyKind, id: string, property: string, self?: string): void {
  if (id !== self && knowledge.learning.declared(kind, id) !== undefined) return;
  throw new LedgerlineError('invalid_body', `${property}: there is no ${kind} ${id}.`, {
    property,
    rule: id === self ? `it is another ${kind}` : `the ${kind} is declared before it is named`,
  });
}

/** @throws `precondition_failed` when the command was made for another revision than the present one */
export function refuseStale({ ifMatch }: Pick<LearningCommand, 'ifMatch'>, present: number | undefined): void {
  if (ifMatch === undefined || ifMatch === present) return;
  throw new LedgerlineError('precondition_failed', 'What is to be changed has changed since it was read.', {
    property: 'If-Match',
    rule: 'it is the revision (ETag) that a GET answers now',
  });
}

/** Another version of what has this id, or none where it says so already. @throws `precondition_failed` */
export function newVersion<Data extends object>(
  kind: PolicyKind,
  id: string,
  data: Data,
  knowledge: Learned,
  command: Pick<LearningCommand, 'ifMatch'>,
): Data | SoAlready {
  const present = knowledge.learning.declared(kind, id);
  refuseStale(command, present?.revision);
  if (kind === 'equivalence' && knowledge.learning.declared('equivalence-revoked', id) !== undefined) {
    throw new LedgerlineError('conflict', `The decision ${id} was revoked.`, {
      rule: 'a revoked decision stays revoked; a new one has an id of its own',
    });
  }
  return present?.data === JSON.stringify(data) ? { since: present.revision } : data;
}
