const REVISION = 0;
const APPENDING_SINCE = 1;
const KNOWN_THROUGH = 2;
const IDLE = 0n;
const DECIDING = 1n;
/** No other node appends: what is not under way here is nowhere. */
const ALONE = 0n;

/** Microseconds since 1970 UTC, by the machine's clock. */
export function clockMicros(): number {
  return Math.floor((performance.timeOrigin + performance.now()) * 1000);
}

/** What the writer thread lets every thread see at any time: the head, and since when an append is under way. */
export class SharedHead {
  readonly buffer: SharedArrayBuffer;
  readonly #cells: BigInt64Array;
  #told = Number.NEGATIVE_INFINITY;

  constructor(buffer = new SharedArrayBuffer(24)) {
    this.buffer = buffer;
    this.#cells = new BigInt64Array(buffer);
  }

  /** The last revision that is durable and can be read; -1 when there is none. */
  get revision(): number {
    return Number(Atomics.load(this.#cells, REVISION)) - 1;
  }

  /** By the writer, before it looks at the clock for the time of an append. */
  beginAppend(): void {
    Atomics.store(this.#cells, APPENDING_SINCE, DECIDING);
  }

  /** By the writer, once it knows the time (microseconds) that the append will carry. */
  appendingAt(recorded: number): void {
    Atomics.store(this.#cells, APPENDING_SINCE, BigInt(recorded));
  }

  /** By the writer, when the append can be read, or is known not to have been stored. */
  endAppend(revision: number): void {
    Atomics.store(this.#cells, REVISION, BigInt(revision + 1));
    Atomics.store(this.#cells, APPENDING_SINCE, IDLE);
  }

  /**
   * By the writer of a ledger that other nodes append to: everything that is or will be recorded before this time
   * (microseconds) is applied.
   */
  knownBefore(recorded: number): void {
    const known = Atomics.load(this.#cells, KNOWN_THROUGH);
    if (BigInt(recorded) > known) Atomics.store(this.#cells, KNOWN_THROUGH, BigInt(recorded));
  }

  /**
   * An instant (microseconds) such that every statement whose `stored` is at or before it can be read by whoever begins
   * to read after this call. Undefined for the short moment in which an append has begun and its time is not yet known:
   * ask again. None is earlier than one that this thread was told before: what was true stays true.
   */
  consistentThrough(): number | undefined {
    const micros = this.#consistentThrough();
    // An append whose outcome was not known is tried again under its first time, when a later one may have been told.
    if (micros !== undefined && micros > this.#told) this.#told = micros;
    return micros === undefined ? undefined : this.#told;
  }

  #consistentThrough(): number | undefined {
    // The order matters: a writer that is idle when looked at now will look at the clock later than we did.
    const known = Atomics.load(this.#cells, KNOWN_THROUGH);
    const end = known === ALONE ? clockMicros() : Number(known);
    const since = Atomics.load(this.#cells, APPENDING_SINCE);
    if (since === DECIDING) return known === ALONE ? undefined : end - 1;
    return (since === IDLE ? end : Math.min(end, Number(since))) - 1;
  }
}
