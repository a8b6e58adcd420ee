const FIRST_CAPACITY = 64;
const WORDS = 4;

/** Clients choose the UUIDs: none can choose many that fall on one place, which differs from process to process. */
const KEYS = crypto.getRandomValues(new Uint32Array(WORDS));
const FACTOR = crypto.getRandomValues(new Uint32Array(1))[0]! | 1;

/**
 * Numbers by UUIDs, in memory. A Map would take the UUIDs as texts, of each of which V8 first looks up whether it has
 * the same one already: that costs more than all that is done here.
 */
export class UuidMap {
  #capacity = FIRST_CAPACITY;
  #size = 0;
  /** By place: which entry stands there, and 1 more; 0 is none. */
  #entries = new Uint32Array(FIRST_CAPACITY * 2);
  /** By entry: the 16 bytes of the UUID, its number, and its hash. */
  #words = new Uint32Array(FIRST_CAPACITY * WORDS);
  #numbers = new Float64Array(FIRST_CAPACITY);
  #hashes = new Uint32Array(FIRST_CAPACITY);

  /** The number of a UUID (16 bytes). */
  get(uuid: Uint8Array): number | undefined {
    const entry = this.#entries[this.#placeOf(uuid, hashOf(uuid))]!;
    return entry === 0 ? undefined : this.#numbers[entry - 1];
  }

  set(uuid: Uint8Array, number: number): void {
    if (this.#size === this.#capacity) this.#grow();
    const hash = hashOf(uuid);
    const place = this.#placeOf(uuid, hash);
    let entry = this.#entries[place]!;
    if (entry === 0) {
      entry = ++this.#size;
      this.#entries[place] = entry;
      this.#hashes[entry - 1] = hash;
      for (let word = 0; word < WORDS; word++) this.#words[(entry - 1) * WORDS + word] = wordOf(uuid, word);
    }
    this.#numbers[entry - 1] = number;
  }

  /** The place where a UUID stands, or where it would. */
  #placeOf(uuid: Uint8Array, hash: number): number {
    const mask = this.#entries.length - 1;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const entry = this.#entries[place]!;
      if (entry === 0 || this.#isAt(entry - 1, uuid)) return place;
    }
  }

  #isAt(entry: number, uuid: Uint8Array): boolean {
    for (let word = 0; word < WORDS; word++) {
      if (this.#words[entry * WORDS + word] !== wordOf(uuid, word)) return false;
    }
    return true;
  }

  #grow(): void {
    this.#capacity *= 2;
    this.#entries = new Uint32Array(this.#capacity * 2);
    this.#words = grown(this.#words, new Uint32Array(this.#capacity * WORDS));
    this.#numbers = grown(this.#numbers, new Float64Array(this.#capacity));
    this.#hashes = grown(this.#hashes, new Uint32Array(this.#capacity));
    const mask = this.#entries.length - 1;
    for (let entry = 0; entry < this.#size; entry++) {
      let place = this.#hashes[entry]! & mask;
      while (this.#entries[place] !== 0) place = (place + 1) & mask;
      this.#entries[place] = entry + 1;
    }
  }
}

function hashOf(uuid: Uint8Array): number {
  let hash = 0;
  for (let word = 0; word < WORDS; word++) {
    hash = Math.imul(hash ^ wordOf(uuid, word) ^ KEYS[word]!, FACTOR);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

function wordOf(uuid: Uint8Array, word: number): number {
  const at = word * 4;
  return (uuid[at]! | (uuid[at + 1]! << 8) | (uuid[at + 2]! << 16) | (uuid[at + 3]! << 24)) >>> 0;
}

function grown<T extends Uint32Array | Float64Array>(small: T, large: T): T {
  large.set(small);
  return large;
}
