import { expect, it } from 'vitest';
import { type NumberedCommand, pack, unpack } from '../../src/main/packed_commands.ts';
import type { StoreStatements } from '../../src/sequencer/command.ts';
import { ISSUE } from '../support/local_store.ts';

function statements(number: number, more: Partial<StoreStatements> & { readonly ids: string[] }): NumberedCommand {
  const texts = more.ids.map((id) => JSON.stringify({ statement: { id, name: 'naïvely\t学ぶ 😀\u2028' } }));
  const keys = JSON.stringify(more.ids);
  const command = {
    kind: 'store-statements',
    credential: `k${number}`,
    untimed: [],
    voidings: [],
    batch: false,
  } as const;
  return { number, command: { ...command, texts, keys, ...more } };
}

it('commands come out as they went in, in their order, whatever goes over between threads', () => {
  const commands: NumberedCommand[] = [
    statements(7, { ids: ['a'], untimed: [0] }),
    { number: 8, command: ISSUE },
    statements(9, { ids: ['b', 'c', 'd'], batch: true, voidings: [[1, 'a']] }),
    { number: 12, command: { ...ISSUE, credential: 'other' } },
    statements(10, { ids: ['e', 'f'], batch: true, untimed: [0, 1] }),
  ];
  expect(unpack(structuredClone(pack(commands)))).toEqual(commands);
  expect(unpack(structuredClone(pack(commands.slice(1, 2))))).toEqual(commands.slice(1, 2));
});
