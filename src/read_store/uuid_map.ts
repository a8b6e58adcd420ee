import { grown } from './columns.ts';

const FIRST_CAPACITY = 64;
const UUID_BYTES = 16;
const WORD_BYTES = 4;

/** Clients choose the UUIDs: none can choose many that fall on one place, which differs from process to process. */
const KEYS = crypto.getRandomValues(new Uint32Array(UUID_BYTES / WORD_BYTES));
const FACTOR = crypto.getRandomValues(new Uint32Array(1))[0]! | 1;

/**
 * Numbers by UUIDs, in memory. A Map would take the UUIDs as texts, of each of which V8 first looks up whether it has
 * the same one already: that costs more than all that is done here.
 */
export class UuidMap {
  /** By entry: its UUID, and its number. */
  #uuids = new Uint8Array(FIRST_CAPACITY * UUID_BYTES);
  #numbers = new Float64Array(FIRST_CAPACITY);
  #size = 0;
  /** By place: the entry that stands there, counted from 1; 0 when it is free. Half of them are. */
  #places = new Uint32Array(FIRST_CAPACITY * 2);

  /** The number of a UUID (16 bytes). */
  get(uuid: Uint8Array): number | undefined {
    const entry = this.#places[this.#placeOf(uuid, 0)]!;
    return entry === 0 ? undefined : this.#numbers[entry - 1];
  }

  set(uuid: Uint8Array, number: number): void {
    if (this.#size === this.#numbers.length) this.#grow();
    const place = this.#placeOf(uuid, 0);
    if (this.#places[place] === 0) {
      this.#uuids.set(uuid, this.#size * UUID_BYTES);
      this.#places[place] = ++this.#size;
    }
    this.#numbers[this.#places[place]! - 1] = number;
  }

  /** The place where the UUID stands that begins at a byte, or where it would. */
  #placeOf(bytes: Uint8Array, at: number): number {
    const mask = this.#places.length - 1;
    for (let place = hashOf(bytes, at) & mask; ; place = (place + 1) & mask) {
      const entry = this.#places[place]!;
      if (entry === 0 || areEqual(this.#uuids, (entry - 1) * UUID_BYTES, bytes, at)) return place;
    }
  }

  #grow(): void {
    this.#uuids = grown(this.#uuids, this.#uuids.length);
    this.#numbers = grown(this.#numbers, this.#numbers.length);
    this.#places = new Uint32Array(this.#places.length * 2);
    for (let entry = 0; entry < this.#size; entry++) {
      this.#places[this.#placeOf(this.#uuids, entry * UUID_BYTES)] = entry + 1;
    }
  }
}

function hashOf(bytes: Uint8Array, at: number): number {
  let hash = 0;
  for (let word = 0; word < KEYS.length; word++) {
    hash = Math.imul(hash ^ wordAt(bytes, at + word * WORD_BYTES) ^ KEYS[word]!, FACTOR);
    hash ^= hash >>> 15;
  }
  return hash;
}

function areEqual(some: Uint8Array, at: number, others: Uint8Array, othersAt: number): boolean {
  for (let byte = 0; byte < UUID_BYTES; byte += WORD_BYTES) {
    if (wordAt(some, at + byte) !== wordAt(others, othersAt + byte)) return false;
  }
  return true;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
