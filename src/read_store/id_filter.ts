import { UuidHash } from './uuid_bytes.ts';

/**
 * Bits for each id, and bits set by each: a full layer takes about one in 1,500 of the ids that it does not hold for one
 * that it may, and so does each of the others. All bits of an id are in as many words as the processor fetches from memory at once.
 */
const BITS_PER_ID = 24;
const PROBES = 6;
const BLOCK_WORDS = 16;
const BLOCK_BITS = BLOCK_WORDS * 32;
const FIRST_CAPACITY = 1 << 16;

/** One hash says in which block, the other which bits. */
const BLOCK = new UuidHash();
const BITS = new UuidHash();

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
    const layer = this.#layers.at(-1)!;
    const block = blockIn(layer, BLOCK.of(bytes, at));
    const bits = BITS.of(bytes, at);
    for (let probe = 0; probe < PROBES; probe++) {
      const bit = bitOf(bits, probe);
      layer[block + (bit >>> 5)]! |= 1 << (bit & 31);
    }
  }

  mayHold(id: Uint8Array): boolean {
    const hash = BLOCK.of(id, 0);
    const bits = BITS.of(id, 0);
    for (const layer of this.#layers) if (hasAll(layer, blockIn(layer, hash), bits)) return true;
    return false;
  }
}

function layerFor(ids: number): Uint32Array {
  return new Uint32Array((ids * BITS_PER_ID) / 32);
}

/** Where in a layer the block of a hash begins. */
function blockIn(layer: Uint32Array, hash: number): number {
  return Math.floor(((hash >>> 0) / 2 ** 32) * (layer.length / BLOCK_WORDS)) * BLOCK_WORDS;
}

/** Which bit of its block: two numbers make all the probes (Kirsch and Mitzenmacher). */
function bitOf(bits: number, probe: number): number {
  return (bits + probe * ((bits >>> 16) | 1)) & (BLOCK_BITS - 1);
}

function hasAll(layer: Uint32Array, block: number, bits: number): boolean {
  for (let probe = 0; probe < PROBES; probe++) {
    const bit = bitOf(bits, probe);
    if ((layer[block + (bit >>> 5)]! & (1 << (bit & 31))) === 0) return false;
  }
  return true;
}
