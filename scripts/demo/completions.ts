import type { Day } from '../../src/events/learning_types.ts';
import { type Chance, chanceOf, latest, shifted } from './chance.ts';
import { dutiesOf } from './duties.ts';
import type { Life } from './life.ts';

/** A course that was completed on a day. */
export interface Done {
  readonly course: string;
  readonly day: Day;
}

/** What a person completed to yesterday. */
export function completionsOf(life: Life, seed: number, today: Day): Done[] {
  const chance = chanceOf(seed + 1, life.number);
  const last = lastDayOf(life, today);
  const done = dutiesOf(life, chance).flatMap(({ course, from, to, share }) => {
    const day = shifted(from, chance.happens(0.8) ? chance.number(0, 90) : chance.number(90, 700));
    const isDone = chance.happens(share * life.diligence) && day <= last && (to === undefined || day <= to);
    return isDone ? [{ course, day }] : [];
  });
  const foundational = done.find(({ course }) => course === 'infosec');
  return foundational === undefined ? done : [...done, ...assessments(foundational.day, last, life.diligence, chance)];
}

/** To which day a person learns: the last one in service, or yesterday. */
function lastDayOf({ assignments }: Life, today: Day): Day {
  const yesterday = shifted(today, -1);
  const last = assignments.reduce((latestDay, { to }) => latest(latestDay, to ?? yesterday), assignments[0]!.from);
  return last < yesterday ? last : yesterday;
}

/** One in most of the last five years from 1 April to 31 March. */
function assessments(after: Day, last: Day, diligence: number, chance: Chance): Done[] {
  const year = Number(last.slice(0, 4));
  return [-5, -4, -3, -2, -1, 0].flatMap((ago) => {
    const start = latest(after, `${year + ago}-04-01`);
    const day = shifted(start, chance.happens(0.6) ? chance.number(1, 120) : chance.number(120, 364));
    const isDone = chance.happens(0.94 * diligence) && day <= last && day < `${year + ago + 1}-04-01`;
    return isDone ? [{ course: 'infosec-assessment', day }] : [];
  });
}
