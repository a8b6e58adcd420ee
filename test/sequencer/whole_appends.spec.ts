import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../src/ledger/ledger.ts';
import { wholeAppends } from '../../src/ledger/whole_appends.ts';

const data = new Uint8Array();

/** Events of appends of these sizes. */
function eventsOf(sizes: readonly number[]): RecordedEvent[] {
  let revision = 0;
  return sizes.flatMap((size, recorded) =>
    Array.from({ length: size }, () => {
      return { revision: revision++, id: 'id', type: 'tested', version: 1, credential: 'key', recorded, data };
    }),
  );
}

describe('portions of whole appends', () => {
  it('have all events in their order, and none has a part of an append, wherever the reading was cut', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 9 }), async (sizes, portion) => {
        const events = eventsOf(sizes);
        const read = (async function* () {
          for (let i = 0; i < events.length; i += portion) yield events.slice(i, i + portion);
        })();
        const portions = await Array.fromAsync(wholeAppends(read));
        expect(portions.flat()).toEqual(events);
        expect(portions.filter((some, i) => some.at(-1)!.recorded === portions[i + 1]?.[0]?.recorded)).toEqual([]);
        expect(portions.every(({ length }) => length > 0)).toBe(true);
      }),
    );
  });
});
