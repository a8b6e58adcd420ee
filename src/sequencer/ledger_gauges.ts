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
] as const;

export type GaugeName = (typeof GAUGES)[number];

/** What the writer thread lets every thread see of its work with the ledger. */
export class LedgerGauges {
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
