import type { Day } from '../../src/events/learning_types.ts';
import { type Chance, latest, shifted } from './chance.ts';
import type { Life, Since } from './life.ts';
import { inductionOf, MISSIONS } from './world.ts';

/** A course that a person has a reason to take, from a day on. */
export interface Duty {
  readonly course: string;
  readonly from: Day;
  /** It is of no use after that day. */
  readonly to?: Day;
  /** How many of those who have the reason take it. */
  readonly share: number;
}

/** Courses for everybody, with the days from which on they are asked for. */
const FOR_ALL = [
  ['bsafe', '2019-06-01'],
  ['ethics', '2015-01-01'],
  ['gender', '2015-01-01'],
  ['infosec', '2015-01-01'],
  ['fraud', '2015-01-01'],
  ['psea', '2023-02-01'],
  ['records', '2023-07-01'],
  ['respect', '2022-08-01'],
] as const;
/** What was taken before, and until when. */
const FORMER = [
  ['advanced-security', '2019-05-31'],
  ['basic-security', '2019-05-31'],
  ['working-harmoniously', '2022-07-31'],
  ['psea-1', '2023-01-31'],
] as const;
const PROCUREMENT = ['fundamentals', 'ethics', 'best-value', 'manual'].map((part) => `procurement-${part}`);
const HUB = ['data-literacy', 'online-meetings', 'feedback', 'plain-language', 'interpretation'].map(
  (name) => `hub-${name}`,
);
const OF_2302 = new Set(['DEVNET', 'INFONET', 'LEGALNET', 'POLNET']);

/** All that a person has a reason to take; the yearly assessment is apart. */
export function dutiesOf(life: Life, chance: Chance): Duty[] {
  const entry = life.assignments[0]!.from;
  const { supervisor, deployment, roles } = life;
  return [
    ...FOR_ALL.map(([course, from]) => ({ course, from: latest(entry, from), share: 0.95 })),
    ...FORMER.filter(([, to]) => entry < to).map(([course, to]) => ({ course, from: entry, to, share: 0.6 })),
    humanRights(life, entry, chance),
    ...(supervisor === undefined ? [] : ofSupervisor(life, latest(entry, supervisor))),
    ...(roles.includes('interview-panel')
      ? [{ course: 'interviewing', from: latest(entry, '2020-06-01'), share: 0.8 }]
      : []),
    ...(roles.includes('procurement') ? PROCUREMENT.map((course) => ({ course, from: entry, share: 0.85 })) : []),
    ...life.assignments.flatMap(({ stations, grades }) => [...stations.flatMap(atStation), ...grades.flatMap(inGrade)]),
    ...(deployment === undefined ? [] : beforeDeployment(deployment.from, entry)),
    ...(chance.happens(0.12) ? HUB.map((course) => ({ course, from: latest(entry, '2021-01-01'), share: 0.6 })) : []),
  ];
}

function humanRights({ jobNetwork }: Life, entry: Day, chance: Chance): Duty {
  if (entry < '2018-01-01' && chance.happens(0.5)) return { course: 'human-rights-2234', from: entry, share: 0.9 };
  const number = jobNetwork === undefined || OF_2302.has(jobNetwork) ? 2302 : 2299;
  return { course: `human-rights-${number}`, from: latest(entry, '2015-01-01'), share: 0.9 };
}

function ofSupervisor({ category }: Life, from: Day): Duty[] {
  const psea = category === 'uniformed' ? 'psea-commanders' : 'psea-managers';
  return [
    { course: 'performance-management', from, share: 0.8 },
    { course: psea, from: latest(from, '2023-02-01'), share: 0.8 },
    { course: 'respect-managers', from: latest(from, '2022-08-01'), share: 0.8 },
  ];
}

function atStation({ value, from }: Since<string>): Duty[] {
  if (!MISSIONS.includes(value)) return [];
  return [
    { course: inductionOf(value), from: shifted(from, 2), share: 0.95 },
    { course: 'ssafe', from: shifted(from, -60), share: 0.6 },
  ];
}

function inGrade({ value, from }: Since<string>): Duty[] {
  const leads = ['D1', 'D2'].includes(value) ? [{ course: 'leaders-programme', from, share: 0.7 }] : [];
  const seniors = ['D2', 'ASG', 'USG'].includes(value) ? [{ course: 'senior-leadership', from, share: 0.5 }] : [];
  return [...leads, ...seniors];
}

function beforeDeployment(day: Day, entry: Day): Duty[] {
  const from = latest(entry, shifted(day, -200));
  return ['cpt-online', 'cpt-residential'].map((course) => ({ course, from, to: shifted(day, -1), share: 0.9 }));
}
