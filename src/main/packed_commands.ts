import type { Command, StoreStatements } from '../sequencer/command.ts';

/** A command, and the number by which its outcome is known. */
export interface NumberedCommand {
  readonly number: number;
  readonly command: Command;
}

/**
 * Commands as they go to the writer. What statements, which are most of them, have beside their texts is one text: to
 * make an object for each, and to write down the names of its members, would cost both threads more.
 */
export interface PackedCommands {
  /** JSON: for each command its `Head`, or null for one of the others. */
  readonly heads: string;
  /** For each command of statements. */
  readonly keys: readonly string[];
  /** For each statement. */
  readonly texts: readonly string[];
  readonly others: readonly NumberedCommand[];
}

type Head = readonly [
  number: number,
  credential: StoreStatements['credential'],
  ids: StoreStatements['ids'],
  untimed: StoreStatements['untimed'],
  voidings: StoreStatements['voidings'],
  batch: StoreStatements['batch'],
];

/** Packs commands in their order. */
export function pack(commands: readonly NumberedCommand[]): PackedCommands {
  const heads: (Head | null)[] = [];
  const keys: string[] = [];
  const texts: string[] = [];
  const others: NumberedCommand[] = [];
  for (const numbered of commands) {
    const { number, command } = numbered;
    if (command.kind === 'store-statements') {
      const { credential, ids, untimed, voidings, batch } = command;
      heads.push([number, credential, ids, untimed, voidings, batch]);
      keys.push(command.keys);
      for (const text of command.texts) texts.push(text);
    } else {
      heads.push(null);
      others.push(numbered);
    }
  }
  return { heads: JSON.stringify(heads), keys, texts, others };
}

/** What `pack` packed. */
export function unpack({ heads, keys, texts, others }: PackedCommands): NumberedCommand[] {
  let unpacked = 0;
  let statements = 0;
  let rest = 0;
  return (JSON.parse(heads) as (Head | null)[]).map((head) => {
    if (head === null) return others[rest++]!;
    const [number, credential, ids, untimed, voidings, batch] = head;
    const from = statements;
    statements += ids.length;
    const command: StoreStatements = {
      kind: 'store-statements',
      credential,
      ids,
      texts: texts.slice(from, statements),
      untimed,
      voidings,
      batch,
      keys: keys[unpacked++]!,
    };
    return { number, command };
  });
}
