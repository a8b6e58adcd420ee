export const UUID_BYTES = 16;
const WORD_BYTES = 4;

/** By the code of a hexadecimal digit: its value. */
const DIGITS = Uint8Array.from({ length: 103 }, (_, code) => Number.parseInt(String.fromCharCode(code), 16) || 0);

/** A UUID as the 16 bytes that the tables hold, out of Node's pool. */
export function uuidBytes(id: string): Uint8Array {
  const bytes = Buffer.allocUnsafe(UUID_BYTES);
  writeUuid(id, bytes, 0);
  return bytes;
}

/** Writes a UUID as 16 bytes from a place on. By hand: every statement's id comes through here several times. */
export function writeUuid(id: string, bytes: Uint8Array, to: number): void {
  for (let i = 0, at = 0; i < UUID_BYTES; i++, at += 2) {
    if (at === 8 || at === 13 || at === 18 || at === 23) at += 1;
    bytes[to + i] = (DIGITS[id.charCodeAt(at)]! << 4) | DIGITS[id.charCodeAt(at + 1)]!;
  }
}

/** Copies the UUID that begins at a place. By hand: a view for each costs more. */
export function copyUuid(from: Uint8Array, at: number, bytes: Uint8Array, to: number): void {
  for (let byte = 0; byte < UUID_BYTES; byte++) bytes[to + byte] = from[at + byte]!;
}

/** Whether the UUIDs are the same that begin at two places. */
export function areSameUuid(some: Uint8Array, at: number, others: Uint8Array, othersAt: number): boolean {
  for (let byte = 0; byte < UUID_BYTES; byte += WORD_BYTES) {
    if (wordAt(some, at + byte) !== wordAt(others, othersAt + byte)) return false;
  }
  return true;
}

/** Hashes of UUIDs (32 bits), for use in memory: clients choose UUIDs, and cannot tell which have the same hash. */
export class UuidHash {
  readonly #keys = crypto.getRandomValues(new Uint32Array(UUID_BYTES / WORD_BYTES));
  readonly #factor = anOddNumber();
  readonly #other = anOddNumber();

  /** The hash of the UUID that begins at a place. */
  of(bytes: Uint8Array, at: number): number {
    let hash = 0;
    for (let word = 0; word < UUID_BYTES / WORD_BYTES; word++) {
      hash = Math.imul(hash ^ wordAt(bytes, at + word * WORD_BYTES) ^ this.#keys[word]!, this.#factor);
      // What the first factor leaves as it is, which is the highest bit alone, the second does not.
      hash = Math.imul((hash << 16) | (hash >>> 16), this.#other);
    }
    return mixed(hash);
  }
}

/** Each bit comes to depend on each (the end of MurmurHash3): UUIDs that count up differ in few. */
function mixed(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const whole = Math.imul(half ^ (half >>> 13), 0xc2b2ae35);
  return whole ^ (whole >>> 16);
}

function anOddNumber(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]! | 1;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
