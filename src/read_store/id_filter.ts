/**
 * Bits for each id, and bits set by each: about one in 2,000 of the ids that are not held is taken for one that may be.
 */
const BITS_PER_ID = 16;
const PROBES = 4;
const FIRST_CAPACITY = 1 << 16;

/**
 * Says of most ids that are not held, without a look at the disk, that they are not held (a Bloom filter). New
 * statements bring ids that nobody has seen, so nearly every look-up ends here. It never denies an id that is held.
 */
export class IdFilter {
  #bits: Uint32Array;
  #capacity: number;
  #count = 0;

  /** @param expected how many ids are to be added at first */
  constructor(expected: number) {
    this.#capacity = FIRST_CAPACITY;
    while (this.#capacity < expected * 2) this.#capacity *= 2;
    this.#bits = new Uint32Array((this.#capacity * BITS_PER_ID) / 32);
  }

  /** Whether more ids were added than it was made for: a larger one tells more. */
  get isFull(): boolean {
    return this.#count > this.#capacity;
  }

  add(id: Uint8Array): void {
    this.#count += 1;
    this.#eachBit(id, (word, bit) => {
      this.#bits[word]! |= bit;
      return true;
    });
  }

  mayHold(id: Uint8Array): boolean {
    return this.#eachBit(id, (word, bit) => (this.#bits[word]! & bit) !== 0);
  }

  /** Two hashes of the id make all the probes (Kirsch and Mitzenmacher). UUIDs that count up are mixed well enough. */
  #eachBit(id: Uint8Array, visit: (word: number, bit: number) => boolean): boolean {
    const mask = this.#bits.length * 32 - 1;
    let first = 0x811c9dc5;
    let second = 0x9747b28c;
    for (const byte of id) {
      first = Math.imul(first ^ byte, 0x01000193);
      second = Math.imul(second ^ byte, 0x85ebca6b) ^ (second >>> 13);
    }
    first ^= first >>> 15;
    for (let probe = 0; probe < PROBES; probe++) {
      const position = (first + probe * (second | 1)) & mask;
      if (!visit(position >>> 5, 1 << (position & 31))) return false;
    }
    return true;
  }
}
