import { chanceOf } from './chance.ts';
import type { Life } from './life.ts';
import { HOME } from './world.ts';

/** An account of a learner, as statements and as links name it. */
export interface Account {
  readonly actor: object;
  /** `account:HOMEPAGE|NAME` or `mailto:ADDRESS`. */
  readonly name: string;
  /** Where it is used. */
  readonly platform: 'inspira' | 'public-site';
}

/** The accounts of a person, and when it becomes known whose they are. */
export interface Accounts {
  readonly main: Account;
  readonly linked: 'at once' | 'late' | 'never';
  /** An account that they had made before they had the other. */
  readonly former?: Account;
  readonly formerLinked?: 'late' | 'claimed' | 'claim confirmed' | 'claim refused';
}

const INSPIRA = 'https://inspira.example.org';

/** Who was ever in the Secretariat has an index number in Inspira; others have an account that they made themselves. */
export function accountsOf({ number, person, assignments }: Life, seed: number): Accounts {
  const chance = chanceOf(seed + 2, number);
  const own = selfMade(`learner-${person.slice(2)}@example.org`);
  if (!assignments.some(({ agency }) => agency === HOME)) {
    const linked = number % 40 === 13 ? 'late' : number % 100 === 57 ? 'never' : 'at once';
    return { main: own, linked };
  }
  const index = String(10_000_000 + number * 7);
  const main: Account = {
    actor: { account: { homePage: INSPIRA, name: index } },
    name: `account:${INSPIRA}|${index}`,
    platform: 'inspira',
  };
  if (!chance.happens(0.15)) return { main, linked: 'at once' };
  const formerLinked = chance.one(['late', 'late', 'claimed', 'claim confirmed', 'claim refused'] as const);
  return { main, linked: 'at once', former: own, formerLinked };
}

function selfMade(address: string): Account {
  return { actor: { mbox: `mailto:${address}` }, name: `mailto:${address}`, platform: 'public-site' };
}
