import { UuidHash } from './uuid_bytes.ts';

/**
 * Bits for each id, and bits set by each: about one in 2,000 of the ids that are not held is taken for one that may be.
 */
const BITS_PER_ID = 16;
const PROBES = 4;
const FIRST_CAPACITY = 1 << 16;

/** Two hashes of an id make all its probes (Kirsch and Mitzenmacher). */
const FIRST = new UuidHash();
const STEP = new UuidHash();

/**
 * Says of most ids that are not held, without a look at the disk, that they are not held (a Bloom filter). New
 * statements bring ids that nobody has seen, so nearly every look-up ends here. It never denies an id that is held.
 *
 * What is full stays as it is, and a layer as large as all before it is put on it: to make one of all ids again would
 * keep whoever adds waiting for the whole table.
 */
export class IdFilter {
  readonly #layers: Uint32Array[] = [];
  #capacity = FIRST_CAPACITY;
  /** How many ids the newest layer still takes. */
  #room: number;

  /** @param expected how many ids are to be added at first */
  constructor(expected: number) {
    while (this.#capacity < expected * 2) this.#capacity *= 2;
    this.#room = this.#capacity;
    this.#layers.push(layerFor(this.#capacity));
  }

  /** Adds the id of 16 bytes that begins at a place. */
  add(bytes: Uint8Array, at = 0): void {
    if (this.#room === 0) {
      this.#layers.push(layerFor(this.#capacity));
      this.#room = this.#capacity;
      this.#capacity *= 2;
    }
    this.#room -= 1;
    const bits = this.#layers.at(-1)!;
    const mask = bits.length * 32 - 1;
    const first = FIRST.of(bytes, at);
    const step = STEP.of(bytes, at) | 1;
    for (let probe = 0; probe < PROBES; probe++) {
      const position = (first + probe * step) & mask;
      bits[position >>> 5]! |= 1 << (position & 31);
    }
  }

  mayHold(id: Uint8Array): boolean {
    const first = FIRST.of(id, 0);
    const step = STEP.of(id, 0) | 1;
    for (const bits of this.#layers) if (hasAll(bits, first, step)) return true;
    return false;
  }
}

function layerFor(ids: number): Uint32Array {
  return new Uint32Array((ids * BITS_PER_ID) / 32);
}

function hasAll(bits: Uint32Array, first: number, step: number): boolean {
  const mask = bits.length * 32 - 1;
  for (let probe = 0; probe < PROBES; probe++) {
    const position = (first + probe * step) & mask;
    if ((bits[position >>> 5]! & (1 << (position & 31))) === 0) return false;
  }
  return true;
}
