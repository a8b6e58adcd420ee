import type { Day, Fact } from '../../src/events/learning_types.ts';
import type { Catalogue } from './catalogue.ts';
import { chanceOf, shifted } from './chance.ts';
import type { Done } from './completions.ts';
import { currentOf, type Life } from './life.ts';

const PROGRAMME = 'junior-orientation';
const PARTICIPANTS = 66;
const JUNIOR = new Set(['P1', 'P2', 'P3', 'G4', 'G5', 'FS4']);

/** Who takes part in the orientation programme: juniors of as many duty stations as there are. */
export function participantsOf(lives: readonly Life[], today: Day): Life[] {
  const juniors = lives.filter((life) => JUNIOR.has(currentOf(life, today)?.grades.at(-1)?.value ?? ''));
  const byStation = [...Map.groupBy(juniors, (life) => currentOf(life, today)!.stations.at(-1)!.value).values()];
  const longest = Math.max(0, ...byStation.map((those) => those.length));
  // The first of each station, then the second of each.
  const inTurn = Array.from({ length: longest }, (_, turn) => byStation.flatMap((those) => those[turn] ?? []));
  return inTurn.flat().slice(0, PARTICIPANTS);
}

/** That they are enrolled: the cohort is named by the month in which it began. */
export function enrolmentsOf(participants: readonly Life[], today: Day): Fact[] {
  const [from, to] = [shifted(today, -45), shifted(today, 20)];
  return participants.map((life) => {
    const { agency } = currentOf(life, today)!;
    const key = `cohort-${from.slice(0, 7)}`;
    return { person: life.person, agency, name: 'enrolled', key, value: PROGRAMME, from, to };
  });
}

/** Which parts of the programme a participant has done so far: some all, some few. */
export function partsDone({ number }: Life, catalogue: Catalogue, seed: number, today: Day): Done[] {
  const chance = chanceOf(seed + 5, number);
  const share = chance.one([0.2, 0.7, 0.9, 1]);
  const courses = [...catalogue.keys()].filter((course) => course.startsWith('orientation-'));
  return courses.flatMap((course) =>
    chance.happens(share) ? [{ course, day: shifted(today, -chance.number(1, 44)) }] : [],
  );
}
