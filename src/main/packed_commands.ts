import type { Command, StoreStatements } from '../sequencer/command.ts';

/** A command, and the number by which its outcome is known. */
export interface NumberedCommand {
  readonly number: number;
  readonly command: Command;
}

/**
 * Commands as they go to the writer. Statements, of which there are most, share one text and one buffer: an object and a
 * buffer for each would cost both threads more than all that is in them.
 */
export interface PackedCommands {
  /** JSON: for each command its `Head`, or null for one of the others. */
  readonly heads: string;
  readonly keys: readonly string[];
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly others: readonly NumberedCommand[];
}

type Head = readonly [
  number: number,
  credential: StoreStatements['credential'],
  ids: StoreStatements['ids'],
  ends: StoreStatements['ends'],
  untimed: StoreStatements['untimed'],
  voidings: StoreStatements['voidings'],
  batch: StoreStatements['batch'],
];

/** Packs commands in their order. The buffer of `bytes` is nobody else's, so that it can be transferred. */
export function pack(commands: readonly NumberedCommand[]): PackedCommands {
  const heads: (Head | null)[] = [];
  const keys: string[] = [];
  const others: NumberedCommand[] = [];
  let length = 0;
  for (const numbered of commands) {
    const { number, command } = numbered;
    if (command.kind === 'store-statements') {
      const { credential, ids, ends, untimed, voidings, batch } = command;
      heads.push([number, credential, ids, ends, untimed, voidings, batch]);
      keys.push(command.keys);
      length += command.bytes.length;
    } else {
      heads.push(null);
      others.push(numbered);
    }
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const { command } of commands) {
    if (command.kind !== 'store-statements') continue;
    bytes.set(command.bytes, at);
    at += command.bytes.length;
  }
  return { heads: JSON.stringify(heads), keys, bytes, others };
}

/** What `pack` packed; the bytes of all statements stand in one buffer. */
export function unpack({ heads, keys, bytes, others }: PackedCommands): NumberedCommand[] {
  let statements = 0;
  let rest = 0;
  let at = 0;
  return (JSON.parse(heads) as (Head | null)[]).map((head) => {
    if (head === null) return others[rest++]!;
    const [number, credential, ids, ends, untimed, voidings, batch] = head;
    const end = at + (ends.at(-1) ?? 0);
    const command: StoreStatements = {
      kind: 'store-statements',
      credential,
      ids,
      bytes: bytes.subarray(at, end),
      ends,
      untimed,
      voidings,
      batch,
      keys: keys[statements++]!,
    };
    at = end;
    return { number, command };
  });
}
