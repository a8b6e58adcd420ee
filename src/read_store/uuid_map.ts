import { grown } from './columns.ts';
import { areSameUuid, copyUuid, UUID_BYTES, UuidHash } from './uuid_bytes.ts';

const FIRST_CAPACITY = 64;
const HASH = new UuidHash();

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

  /** The number of the UUID that begins at a byte. */
  get(bytes: Uint8Array, at = 0): number | undefined {
    const entry = this.#places[this.#placeOf(bytes, at)]!;
    return entry === 0 ? undefined : this.#numbers[entry - 1];
  }

  set(bytes: Uint8Array, number: number, at = 0): void {
    if (this.#size === this.#numbers.length) this.#grow();
    const place = this.#placeOf(bytes, at);
    if (this.#places[place] === 0) {
      copyUuid(bytes, at, this.#uuids, this.#size * UUID_BYTES);
      this.#places[place] = ++this.#size;
    }
    this.#numbers[this.#places[place]! - 1] = number;
  }

  /** The place where the UUID stands that begins at a byte, or where it would. */
  #placeOf(bytes: Uint8Array, at: number): number {
    const mask = this.#places.length - 1;
    for (let place = HASH.of(bytes, at) & mask; ; place = (place + 1) & mask) {
      const entry = this.#places[place]!;
      if (entry === 0 || areSameUuid(this.#uuids, (entry - 1) * UUID_BYTES, bytes, at)) return place;
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
