/**
 * Bits for each id, and bits set by each: about one in 2,000 of the ids that are not held is taken for one that may be.
 */
const BITS_PER_ID = 16;
const PROBES = 4;
const FIRST_CAPACITY = 1 << 16;

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
    const [first, step] = hashesOf(bytes, at);
    for (let probe = 0; probe < PROBES; probe++) {
      const position = (first + probe * step) & mask;
      bits[position >>> 5]! |= 1 << (position & 31);
    }
  }

  mayHold(id: Uint8Array): boolean {
    const [first, step] = hashesOf(id, 0);
    return this.#layers.some((bits) => {
      const mask = bits.length * 32 - 1;
      for (let probe = 0; probe < PROBES; probe++) {
        const position = (first + probe * step) & mask;
        if ((bits[position >>> 5]! & (1 << (position & 31))) === 0) return false;
      }
      return true;
    });
  }
}

function layerFor(ids: number): Uint32Array {
  return new Uint32Array((ids * BITS_PER_ID) / 32);
}

/** Two hashes of the id make all the probes (Kirsch and Mitzenmacher). */
function hashesOf(bytes: Uint8Array, at: number): readonly [first: number, step: number] {
  let step = 0x9747b28c;
  for (let i = at; i < at + 16; i++) step = Math.imul(step ^ bytes[i]!, 0x85ebca6b) ^ (step >>> 13);
  return [hashOf(bytes, at), step | 1];
}

/** A hash (32 bits, FNV-1a) of the id of 16 bytes that begins at a place. UUIDs that count up are mixed well enough. */
export function hashOf(bytes: Uint8Array, at = 0): number {
  let hash = 0x811c9dc5;
  for (let i = at; i < at + 16; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash ^ (hash >>> 15);
}
