import type { Day } from '../../src/events/learning_types.ts';
import { type Account, accountsOf } from './accounts.ts';
import { type Catalogue, type Way, wayOf } from './catalogue.ts';
import { type Chance, chanceOf, latest, shifted } from './chance.ts';
import type { Done } from './completions.ts';
import type { Life } from './life.ts';

/** A statement, by which platform it is reported, and whether long after it happened. */
export interface Reported {
  readonly platform: string;
  readonly statement: { readonly id: string };
  readonly late: boolean;
  /** Its platform takes it back. */
  readonly voided: boolean;
}

const VERBS = 'http://adlnet.gov/expapi/verbs/';

/** What the platforms report of one person's completions, with a start or a failed attempt here and there. */
export function statementsOf(
  life: Life,
  done: readonly Done[],
  catalogue: Catalogue,
  seed: number,
  today: Day,
): Reported[] {
  const chance = chanceOf(seed + 3, life.number);
  const { main, former } = accountsOf(life, seed);
  return done.flatMap(({ course, day }): Reported[] => {
    const account = former !== undefined && chance.happens(0.4) ? former : main;
    const way = wayOf(catalogue, course, account.platform, chance);
    if (way === undefined) return [];
    const late = day < shifted(today, -60) && chance.happens(0.015);
    const reported = (statement: Reported['statement'], voided = false) => {
      return { platform: way.platform, statement, late, voided };
    };
    const before = latest(life.assignments[0]!.from, shifted(day, -chance.number(0, 5)));
    return [
      ...(chance.happens(0.12) ? [reported(attempt('initialized', way, account, before, chance))] : []),
      ...(chance.happens(0.04) ? [reported(attempt('failed', way, account, before, chance))] : []),
      reported(statement(way.verb, way, account, day, chance), !late && chance.happens(0.004)),
    ];
  });
}

function attempt(verb: string, way: Way, account: Account, day: Day, chance: Chance) {
  return statement(`${VERBS}${verb}`, way, account, day, chance);
}

function statement(verb: string, way: Way, { actor }: Account, day: Day, chance: Chance) {
  const name = verb.slice(verb.lastIndexOf('/') + 1);
  const scaled = chance.number(name === 'failed' ? 20 : 80, name === 'failed' ? 70 : 100) / 100;
  const isGraded = name === 'passed' || name === 'failed';
  const time = [chance.number(6, 18), chance.number(0, 59), chance.number(0, 59)];
  return {
    id: chance.uuid(),
    actor,
    verb: { id: verb, display: { en: name } },
    object: { id: way.activity, definition: { name: { [way.language]: way.title } } },
    ...(isGraded ? { result: { success: name === 'passed', score: { scaled } } } : {}),
    context: { language: way.language },
    timestamp: `${day}T${time.map((part) => String(part).padStart(2, '0')).join(':')}Z`,
  };
}
