import type { Day } from '../../src/events/learning_types.ts';
import { dayOfNumber, numberOfDay } from '../../src/learning/days.ts';
import { generator, uuid } from '../seeded.ts';

/** What falls to one person by chance: the same in every run with the same seed. */
export interface Chance {
  /** Whether something of that probability happens. */
  happens(probability: number): boolean;
  /** A whole number, both ends included. */
  number(from: number, to: number): number;
  /** One of them, the first ones more often. */
  early<Of>(from: readonly Of[]): Of;
  one<Of>(from: readonly Of[]): Of;
  uuid(): string;
}

/** The chance of the i-th of something, apart from that of all others. */
export function chanceOf(seed: number, i: number): Chance {
  const random = generator(Math.imul(seed, 1_000_003) + i * 7_919);
  const number = (from: number, to: number) => from + Math.floor(random() * (to - from + 1));
  return {
    happens: (probability) => random() < probability,
    number,
    early: (from) => from[Math.floor(random() * random() * from.length)]!,
    one: (from) => from[number(0, from.length - 1)]!,
    uuid: () => uuid(random),
  };
}

/** The day so many days after, or with a negative number before. */
export function shifted(day: Day, days: number): Day {
  return dayOfNumber(numberOfDay(day) + days);
}

export function latest(...days: readonly Day[]): Day {
  return days.reduce((one, other) => (one > other ? one : other));
}
