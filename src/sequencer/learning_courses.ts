import { LedgerlineError } from '../errors.ts';
import type { CourseDeclared } from '../events/learning_types.ts';
import type { LearningRules } from './decide_learning.ts';
import type { LearningKnowledge } from './learning_knowledge.ts';
import { POLICY_RULES } from './learning_policy.ts';

/** What is decided about courses, besides that all that is named is declared: their editions, and what replaces them. */
export const COURSE_RULES: LearningRules<'course-declared' | 'equivalence-decided'> = {
  'course-declared'(data, knowledge, command) {
    const decided = POLICY_RULES['course-declared'](data, knowledge, command);
    data.completion.forEach(({ edition }, i) => {
      refuseUnknown(data, edition, `/completion/${i}/edition`);
    });
    refuseCircle(data, knowledge.learning);
    return decided;
  },
  'equivalence-decided'(data, knowledge, command) {
    const decided = POLICY_RULES['equivalence-decided'](data, knowledge, command);
    data.sources.forEach(({ course, edition }, i) => {
      needEdition(knowledge.learning, course, edition, `/sources/${i}/edition`);
    });
    return decided;
  },
};

/**
 * An edition that `property` of the body names is one that the course declares; of a course that declares none, any is
 * taken. @throws `invalid_body`
 */
export function needEdition(
  learning: LearningKnowledge,
  course: string,
  edition: string | undefined,
  property: string,
): void {
  const declared = declaredCourse(learning, course);
  if (declared !== undefined) refuseUnknown(declared, edition, property);
}

function refuseUnknown({ course, editions }: CourseDeclared, edition: string | undefined, property: string): void {
  if (edition === undefined || editions.length === 0 || editions.some(({ code }) => code === edition)) return;
  throw new LedgerlineError('invalid_body', `${property}: the course ${course} has no edition ${edition}.`, {
    property,
    rule: 'it is the code of an edition that the course declares',
  });
}

/** Of courses that replace one another there is a last one. @throws `invalid_body` */
function refuseCircle({ course, replacedBy }: CourseDeclared, learning: LearningKnowledge): void {
  const passed = new Set<string>();
  let next = replacedBy?.course;
  // Ledgers of before this rule can hold circles of others.
  while (next !== undefined && next !== course && !passed.has(next)) {
    passed.add(next);
    next = declaredCourse(learning, next)?.replacedBy?.course;
  }
  if (next === undefined || next !== course) return;
  throw new LedgerlineError('invalid_body', `/replacedBy/course: ${course} would replace itself in the end.`, {
    property: '/replacedBy/course',
    rule: 'courses do not replace one another in a circle',
  });
}

function declaredCourse(learning: LearningKnowledge, course: string): CourseDeclared | undefined {
  const declared = learning.declared('course', course);
  return declared && JSON.parse(declared.data);
}
