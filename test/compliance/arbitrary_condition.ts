import fc from 'fast-check';
import type { Condition, FactCondition } from '../../src/events/compliance_types.ts';

export const RANKS = ['P-2', 'P-3', 'P-4'];
export const PLACES = ['kabul', 'juba'];

export const maybe = <Value>(arbitrary: fc.Arbitrary<Value>, freq = 3) =>
  fc.option(arbitrary, { nil: undefined, freq });
export const some = <Value>(arbitrary: fc.Arbitrary<Value>, minLength: number, maxLength: number) =>
  fc.array(arbitrary, { minLength, maxLength });

/** What is undefined is left out. */
export function clean<Value extends object>(value: Value): { [Name in keyof Value]: Exclude<Value[Name], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as never;
}

const unrecorded = maybe(fc.boolean());

const factCondition: fc.Arbitrary<Condition> = fc
  .record({
    test: fc.constantFrom<FactCondition>(
      { fact: 'grade', ladder: 'grade', min: 'P-3' },
      { fact: 'grade', ladder: 'grade', max: 'P-3' },
      { fact: 'grade', ladder: 'grade', min: 'P-3', max: 'P-3' },
      { fact: 'grade', equals: 'P-2' },
      { fact: 'post', in: ['a', 2, true] },
      { fact: 'post', equals: false },
      { fact: 'skills', contains: 'x' },
      { fact: 'station', equals: 'kabul' },
      { fact: 'station', in: PLACES, key: 'k1' },
      { fact: 'absent', equals: true },
    ),
    ahead: maybe(fc.constantFrom('P3D', 'P10D', 'P1M'), 4),
    unrecorded,
  })
  .map(({ test, ...more }) => clean({ ...test, ...more }));

const placeCondition: fc.Arbitrary<Condition> = fc
  .record({
    at: fc.constant('station'),
    is: fc.constantFrom<Condition>(
      { fact: 'hardship', equals: true },
      { not: { fact: 'hardship', equals: true } },
      { fact: 'hardship', equals: true, unrecorded: false },
      { fact: 'hardship', equals: true, ahead: 'P3D' },
      { fact: 'requires', equals: 'safety', key: 'k1' },
    ),
    key: maybe(fc.constantFrom('k1', 'k2')),
    ahead: maybe(fc.constantFrom('P3D', 'P10D', 'P1M'), 2),
    unrecorded,
  })
  .map(clean);

/** Any condition of the person's facts and of the facts of the place where they are. */
export const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    { weight: 4, arbitrary: factCondition },
    { weight: 2, arbitrary: placeCondition },
    { weight: 1, arbitrary: fc.record({ all: some(tie('condition'), 0, 2) }) },
    { weight: 1, arbitrary: fc.record({ any: some(tie('condition'), 1, 2) }) },
    { weight: 1, arbitrary: fc.record({ not: tie('condition') }) },
  ),
}));
