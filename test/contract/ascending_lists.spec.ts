import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AscendingLists } from '../../src/read_store/ascending_lists.ts';

it('each list has what was added to it, ascending, each value once, whatever the order', () => {
  const addition = fc.tuple(fc.nat({ max: 20 }), fc.nat({ max: 60 }));
  fc.assert(
    fc.property(fc.array(addition, { maxLength: 400 }), (additions) => {
      const lists = new AscendingLists();
      for (const [list, value] of additions) lists.add(list, value);
      for (let list = 0; list <= 21; list++) {
        const added = new Set(additions.filter(([to]) => to === list).map(([, value]) => value));
        expect(lists.of(list)).toEqual([...added].sort((a, b) => a - b));
      }
      const used = new Set(additions.map(([list]) => list));
      for (let list = 0; list <= 21; list++) expect(lists.has(list)).toBe(used.has(list));
      expect(lists.has(1_000_000)).toBe(false);
    }),
  );
});

it('takes as many lists and values as come', () => {
  const lists = new AscendingLists();
  for (let i = 0; i < 10_000; i++) lists.add(i * 3, i);
  for (let i = 0; i < 5_000; i++) lists.add(0, i);
  expect(lists.of(0)).toEqual(Array.from({ length: 5_000 }, (_, i) => i));
  expect(lists.of(9_999 * 3)).toEqual([9_999]);
  expect(lists.of(30_001)).toEqual([]);
});

it('what comes out of order does not take longer the more there is', () => {
  const lists = new AscendingLists();
  const most = 400_000;
  for (let i = 0; i < most; i++) lists.add(0, i * 2);
  // Walking through the list for each of them, it would not end in the time that a test has.
  for (let i = 0; i < most; i++) lists.add(0, i);
  expect(lists.of(0).length).toBe(most + most / 2);
});
