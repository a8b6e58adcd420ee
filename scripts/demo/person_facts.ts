import type { Fact, FactValue } from '../../src/events/learning_types.ts';
import { latest, shifted } from './chance.ts';
import type { Assignment, Life, Since, Span } from './life.ts';

/** What is recorded of a person: each fact of one assignment, on its days. */
export function factsOf(life: Life): Fact[] {
  return life.assignments.flatMap((assignment) => factsIn(assignment, life));
}

function factsIn(assignment: Assignment, life: Life): Fact[] {
  const { agency, from, to, stations, grades } = assignment;
  const { person, category, jobNetwork, supervisor, roles, absence, deployment } = life;
  const whole = to === undefined ? { from } : { from, to };
  const says = (name: string, value: FactValue, { from, to }: Span = whole, key?: string): Fact => {
    const named = key === undefined ? { name } : { name, key };
    return { person, agency, ...named, value, from, ...(to === undefined ? {} : { to }) };
  };
  const within = (span: Span): Span => {
    const last = span.to !== undefined && (to === undefined || span.to < to) ? span.to : to;
    return { from: latest(from, span.from), ...(last === undefined ? {} : { to: last }) };
  };
  const inIt = (span: Span, name: string, value: FactValue, key?: string): Fact[] => {
    const inside = within(span);
    return inside.to !== undefined && inside.to < inside.from ? [] : [says(name, value, inside, key)];
  };
  return [
    says('assigned', true),
    says('entryOnDuty', from),
    says('category', category),
    ...changes(stations, to).map(([station, span]) => says('dutyStation', station, span)),
    ...changes(grades, to).map(([grade, span]) => says('grade', grade, span)),
    // The anchor of what a senior leader has six months for.
    ...grades
      .filter(({ value }) => ['D2', 'ASG', 'USG'].includes(value))
      .slice(0, 1)
      .flatMap((senior) => inIt(senior, 'appointment', senior.from)),
    ...(jobNetwork === undefined ? [] : [says('jobNetwork', jobNetwork)]),
    ...(roles.length === 0 ? [] : [says('roles', roles)]),
    ...(supervisor === undefined ? [] : inIt({ from: supervisor }, 'supervisor', true)),
    ...(absence === undefined ? [] : inIt(absence, 'absence', 'parental-leave')),
    ...(deployment === undefined
      ? []
      : inIt({ from: deployment.from }, 'deployment', deployment.mission, `${deployment.mission}-${deployment.from}`)),
  ];
}

/** Each value with its days: to the day before the next one. */
function changes(values: readonly Since<string>[], to: string | undefined): [string, Span][] {
  return values.map(({ value, from }, i) => {
    const next = values[i + 1];
    const last = next === undefined ? to : shifted(next.from, -1);
    return [value, last === undefined ? { from } : { from, to: last }];
  });
}
