import { LedgerlineError } from '../errors.ts';
import { type Accepted, type Append, type Knowledge, type Learned, one } from './accepted.ts';
import type { LearningAction, LearningCommand, LearningData } from './command.ts';
import { CERTIFICATE_RULES } from './learning_certificates.ts';
import { COMPLIANCE_RULES } from './learning_compliance.ts';
import { COURSE_RULES } from './learning_courses.ts';
import { PEOPLE_RULES } from './learning_people.ts';
import { POLICY_RULES } from './learning_policy.ts';

/**
 * What is to be recorded of what a command asks; a number when it is so already: the revision since when.
 * @throws the refusal
 */
export type LearningRule<T extends LearningType, Known extends Learned = Learned> = (
  data: LearningData[T],
  knowledge: Known,
  command: Pick<LearningCommand, 'ifMatch'>,
) => LearningData[T] | SoAlready;

/** What a command asks for is so already: since a revision, where one is known. */
export interface SoAlready {
  readonly since: number | undefined;
}

export type LearningType = LearningAction['type'];
export type LearningRules<T extends LearningType = LearningType, Known extends Learned = Learned> = {
  readonly [K in T]: LearningRule<K, Known>;
};

const RULES: LearningRules<LearningType, Knowledge> = {
  ...POLICY_RULES,
  ...COURSE_RULES,
  ...PEOPLE_RULES,
  ...CERTIFICATE_RULES,
  ...COMPLIANCE_RULES,
};

/**
 * Decides a command about people, policy, certificates or compliance: one event, or none when it is so already. A request that was
 * answered before gets the same revision; the same idempotency key with another request is a 409.
 */
export function decideLearning(command: LearningCommand, knowledge: Knowledge, append: Append): Accepted {
  const { credential, mark, action } = command;
  const before = mark && knowledge.learning.request(credential, mark.key);
  if (mark && before) {
    if (before.digest === mark.digest) return { events: [], answeredWith: before.revision };
    throw new LedgerlineError('conflict', 'The idempotency key was used for another request.', {
      property: 'Idempotency-Key',
      rule: 'a key names one request of a credential, for ever',
    });
  }
  const rule = RULES[action.type] as LearningRule<LearningType, Knowledge>;
  const decided = rule(action.data, knowledge, command);
  if (!('since' in decided)) {
    return one(action.type, credential, { ...decided, ...(mark ? { request: mark } : {}) } as typeof decided, append);
  }
  const since = decided.since ?? append.lastRevision;
  if (mark === undefined) return { events: [], answeredWith: since };
  const accepted = one('request-answered', credential, { request: mark, revision: since }, append);
  return { ...accepted, answeredWith: since };
}
