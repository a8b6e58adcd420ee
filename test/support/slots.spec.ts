import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Slots } from '../../src/slots.ts';

const step = fc.oneof(fc.record({ put: fc.nat() }), fc.record({ take: fc.nat() }), {
  weight: 1,
  arbitrary: fc.constant('takeAll' as const),
});

it('slots hold what was put and not taken, each under a number of its own', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const slots = new Slots<{ value: number }>();
      const model = new Map<number, { value: number }>();
      for (const each of steps) {
        if (each === 'takeAll') {
          expect(new Set(slots.takeAll())).toEqual(new Set(model.values()));
          model.clear();
        } else if ('put' in each) {
          const value = { value: each.put };
          const number = slots.put(value);
          expect(model.has(number)).toBe(false);
          model.set(number, value);
        } else if (model.size > 0) {
          const number = [...model.keys()][each.take % model.size]!;
          expect(slots.take(number)).toBe(model.get(number));
          model.delete(number);
        }
        expect(slots.size).toBe(model.size);
        expect(new Set(slots.values())).toEqual(new Set(model.values()));
      }
    }),
  );
});

it('slots use a number again, so that they do not grow with what passes through them', () => {
  const slots = new Slots<string>();
  const numbers = Array.from({ length: 1_000 }, () => {
    const number = slots.put('passes');
    slots.take(number);
    return number;
  });
  expect(new Set(numbers).size).toBe(1);
});
