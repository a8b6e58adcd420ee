const GAUGES = [
  /** Appends that were stored, and the seconds that they took together. */
  'appends',
  'appendSeconds',
  /** Appends that lost the race for the next revision. */
  'conflicts',
  /** Appends that were tried again after one of unknown outcome. */
  'retries',
  /** How often following the ledger was broken off and begun again. */
  'reconnects',
  /** The ledger's last revision when it was last looked at. */
  'headRevision',
  /** Milliseconds since 1970: when everything that was in the ledger was applied. */
  'caughtUpAt',
  /** How many events everybody's statuses are worked out of, and of how many of these only what is known at the last. */
  'statusesOf',
  'statusesGap',
] as const;

export type GaugeName = (typeof GAUGES)[number];

/** What the writer thread, and the evaluator's, let every thread see of their work. Each gauge has one writer. */
export class Gauges {
  readonly buffer: SharedArrayBuffer;
  readonly #values: Float64Array;

  constructor(buffer = new SharedArrayBuffer(GAUGES.length * 8)) {
    this.buffer = buffer;
    this.#values = new Float64Array(buffer);
  }

  get(name: GaugeName): number {
    return this.#values[GAUGES.indexOf(name)]!;
  }

  set(name: GaugeName, value: number): void {
    this.#values[GAUGES.indexOf(name)] = value;
  }

  add(name: GaugeName, value = 1): void {
    this.set(name, this.get(name) + value);
  }
}
