import type { Day } from '../../src/events/learning_types.ts';
import { type Chance, chanceOf, latest, shifted } from './chance.ts';
import { AGENCIES, HOME, MISSIONS, STATIONS } from './world.ts';

/** Something that is so from a day on, until the next one. */
export interface Since<Of> {
  readonly value: Of;
  readonly from: Day;
}

/** Days, the last one open while it lasts. */
export interface Span {
  readonly from: Day;
  readonly to?: Day;
}

/** A person's time in one agency. */
export interface Assignment extends Span {
  readonly agency: string;
  readonly stations: readonly Since<string>[];
  readonly grades: readonly Since<string>[];
}

/** One person: where they were, as what, and how they learn. */
export interface Life {
  readonly person: string;
  readonly number: number;
  /** In order of their first days; a secondment is beside another. */
  readonly assignments: readonly Assignment[];
  readonly category: 'civilian' | 'uniformed';
  /** Undefined: nobody recorded it. */
  readonly jobNetwork: string | undefined;
  /** Since when they lead others. */
  readonly supervisor: Day | undefined;
  readonly roles: readonly string[];
  readonly absence: Span | undefined;
  readonly deployment: { readonly mission: string; readonly from: Day } | undefined;
  /** How much of what they should do they do: 0 to 1. */
  readonly diligence: number;
}

const NETWORKS = 'DEVNET INFONET LEGALNET POLNET ITECNET LOGNET MAGNET SCINET SAFETYNET'.split(' ');
const GRADES = 'G4 P3 G5 P4 G6 FS4 P2 G3 FS5 P5 G7 FS6 P1 G2 D1 FS7 D2 ASG USG'.split(' ');
const PROMOTIONS = ['P2', 'P3', 'P4', 'P5', 'D1', 'D2'];

export const personId = (number: number) => `P-${String(number).padStart(5, '0')}`;

/**
 * The life of a person. What a demonstration must show befalls certain numbers, so that a small population has it, too;
 * the rest is chance.
 */
export function lifeOf(number: number, seed: number, today: Day): Life {
  const chance = chanceOf(seed, number);
  const turn = number % 25;
  const isNew = turn === 3;
  const entry = shifted(today, isNew ? -chance.number(3, 50) : -chance.number(60, chance.number(400, 5_400)));
  const uniformed = chance.happens(0.1);
  const assignments = assignmentsOf(number, entry, uniformed, chance, today);
  const leads = ['P4', 'P5', 'D1', 'D2', 'ASG', 'USG'].includes(assignments[0]!.grades[0]?.value ?? '');
  const absent = turn === 5 ? shifted(today, -chance.number(20, 90)) : undefined;
  return {
    person: personId(number),
    number,
    assignments,
    category: uniformed ? 'uniformed' : 'civilian',
    jobNetwork: turn === 7 && chance.happens(0.5) ? undefined : chance.one(NETWORKS),
    supervisor: chance.happens(leads ? 0.7 : 0.08) ? shifted(entry, chance.number(0, 900)) : undefined,
    roles: [
      ...(leads || chance.happens(0.05) ? ['interview-panel'] : []),
      ...(chance.happens(0.04) ? ['procurement'] : []),
    ],
    absence:
      absent === undefined ? undefined : { from: latest(entry, absent), to: shifted(today, chance.number(30, 120)) },
    deployment: deploymentOf(turn, entry, chance, today),
    diligence: turn === 11 ? 0.4 : chance.number(80, 100) / 100,
  };
}

/** The assignment that somebody has on a day. */
export function currentOf({ assignments }: Life, day: Day): Assignment | undefined {
  return assignments.find(({ from, to }) => from <= day && (to === undefined || to >= day));
}

function assignmentsOf(number: number, entry: Day, uniformed: boolean, chance: Chance, today: Day): Assignment[] {
  const first = chance.happens(0.45) ? HOME : chance.early(AGENCIES);
  // Senior leaders of missions, of whom some have just been appointed.
  const isSenior = number % 200 === 3 || number % 200 === 59;
  const base = chance.early(uniformed || isSenior ? MISSIONS : STATIONS);
  const grade = isSenior ? 'D2' : number % 50 === 9 ? undefined : gradeOf(number, uniformed, chance);
  const stay = (agency: string, from: Day, to?: Day): Assignment => ({
    agency,
    from,
    ...(to === undefined ? {} : { to }),
    stations: moves(base, from, to ?? today, chance),
    grades: grade === undefined ? [] : promotions(grade, from, to ?? today, chance),
  });
  const other = AGENCIES[(AGENCIES.indexOf(first) + 1 + (number % 3)) % AGENCIES.length]!;
  const middle = between(entry, today, chance);
  switch (number % 20) {
    case 1:
      return [stay(first, entry, shifted(middle, -1)), stay(other, middle)];
    case 2:
      return [stay(first, entry, middle)];
    case 4: {
      const back = shifted(middle, chance.number(20, 400));
      return back >= today ? [stay(first, entry, middle)] : [stay(first, entry, middle), stay(first, back)];
    }
    case 6:
      return [stay(first, entry), stay(other, middle, shifted(today, chance.number(-200, 400)))].filter(isInOrder);
    default:
      return [stay(first, entry)];
  }
}

const isInOrder = ({ from, to }: Span) => to === undefined || from <= to;

function gradeOf(number: number, uniformed: boolean, chance: Chance): string {
  if (uniformed) return chance.one(['P3', 'P4', 'P5']);
  return number % 40 === 12 ? chance.one(['P5', 'D1', 'D2']) : chance.early(GRADES);
}

/** A day of the time between, the last ten days left out. */
function between(from: Day, to: Day, chance: Chance): Day {
  const days = Math.max(2, Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) - 10);
  return shifted(from, chance.number(1, days));
}

function moves(base: string, from: Day, to: Day, chance: Chance): Since<string>[] {
  const first = { value: base, from };
  if (!chance.happens(0.25)) return [first];
  const moved = { value: chance.one(STATIONS), from: between(from, to, chance) };
  return moved.from <= to && moved.value !== base ? [first, moved] : [first];
}

function promotions(grade: string, from: Day, to: Day, chance: Chance): Since<string>[] {
  const grades = [{ value: grade, from }];
  for (let rank = PROMOTIONS.indexOf(grade) + 1; rank > 0 && rank < PROMOTIONS.length; rank++) {
    const since = shifted(grades.at(-1)!.from, chance.number(400, 2_500));
    if (since > to || !chance.happens(0.5)) break;
    grades.push({ value: PROMOTIONS[rank]!, from: since });
  }
  return grades;
}

function deploymentOf(turn: number, entry: Day, chance: Chance, today: Day): Life['deployment'] {
  if (turn !== 8 && turn !== 16) return undefined;
  const from = shifted(today, turn === 8 ? chance.number(15, 300) : -chance.number(30, 900));
  return { mission: chance.one(MISSIONS), from: latest(from, entry) };
}
