import { grown } from './columns.ts';
import { UUID_BYTES, uuidBytes, writeUuid } from './uuid_bytes.ts';
import { UuidMap } from './uuid_map.ts';

const FIRST_CAPACITY = 64;

/** UUIDs of statements in order of arrival, in columns: the i-th is that of the i-th revision. */
export class UuidList {
  #bytes = new Uint8Array(FIRST_CAPACITY * UUID_BYTES);
  #revisions = new Float64Array(FIRST_CAPACITY);
  #length = 0;
  /** The place where a UUID first stands. Whoever only writes them into the tables has no use for this: it is made when somebody asks. */
  readonly #first = new UuidMap();
  /** By that place: the revisions that came later. */
  readonly #others = new Map<number, number[]>();
  #found = 0;

  add(value: string, revision: number): void {
    if (this.#length === this.#revisions.length) {
      this.#bytes = grown(this.#bytes, this.#bytes.length);
      this.#revisions = grown(this.#revisions, this.#revisions.length);
    }
    writeUuid(value, this.#bytes, this.#length * UUID_BYTES);
    this.#revisions[this.#length++] = revision;
  }

  /** The UUIDs, 16 bytes each. */
  get uuids(): Uint8Array {
    return this.#bytes.subarray(0, this.#length * UUID_BYTES);
  }

  get revisions(): Float64Array {
    return this.#revisions.subarray(0, this.#length);
  }

  /** The revisions of a UUID, ascending, each once. */
  of(value: string): number[] {
    for (; this.#found < this.#length; this.#found++) this.#find(this.#found);
    const first = this.#first.get(uuidBytes(value));
    if (first === undefined) return [];
    const revision = this.#revisions[first]!;
    const others = this.#others.get(first);
    return others === undefined ? [revision] : [...new Set([revision, ...others])].sort((a, b) => a - b);
  }

  #find(place: number): void {
    const first = this.#first.get(this.#bytes, place * UUID_BYTES);
    if (first === undefined) {
      this.#first.set(this.#bytes, place, place * UUID_BYTES);
      return;
    }
    const others = this.#others.get(first);
    if (others) others.push(this.#revisions[place]!);
    else this.#others.set(first, [this.#revisions[place]!]);
  }
}
