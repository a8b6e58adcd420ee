import { type Declaration, ID_MEMBER } from './files.ts';

/**
 * Declarations so that what one names comes before it: agencies, platforms, courses (a successor before the course
 * that it replaces), equivalences, ladders, requirements, waivers, paths, programmes; otherwise in the order in which they came. Courses that replace one another in a
 * circle are left to the store, which refuses them.
 */
export function inOrderOfReferences(declarations: readonly Declaration[]): Declaration[] {
  const byKind = Object.groupBy(declarations, ({ kind }) => kind);
  const kinds = Object.keys(ID_MEMBER) as Declaration['kind'][];
  return kinds.flatMap((kind) => (kind === 'courses' ? successorsFirst(byKind.courses ?? []) : (byKind[kind] ?? [])));
}

function successorsFirst(courses: readonly Declaration[]): Declaration[] {
  const byId = new Map(courses.map((course) => [course.id, course]));
  const placed = new Set<Declaration>();
  for (const course of courses) {
    const chain: Declaration[] = [];
    let next: Declaration | undefined = course;
    while (next?.kind === 'courses' && !placed.has(next) && !chain.includes(next)) {
      chain.push(next);
      next = next.data.replacedBy && byId.get(next.data.replacedBy.course);
    }
    for (const one of chain.reverse()) placed.add(one);
  }
  return [...placed];
}
