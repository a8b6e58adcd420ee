/**
 * Values that come and go in great number, each by a number that is given again once the value is taken.
 *
 * A Map or Set would leave behind, every few dozen of them, a table that points to the values it held and to the table
 * that came after it. One such table among the old objects keeps all later ones alive until the next full collection,
 * and with them whole requests: the collector then copies every one of these twice.
 */
export class Slots<T> {
  #values: (T | undefined)[] = [];
  #free: number[] = [];

  get size(): number {
    return this.#values.length - this.#free.length;
  }

  put(value: T): number {
    const number = this.#free.pop() ?? this.#values.length;
    this.#values[number] = value;
    return number;
  }

  /** The value that was put under the number, which is free from now on. */
  take(number: number): T {
    const value = this.#values[number]!;
    this.#values[number] = undefined;
    this.#free.push(number);
    return value;
  }

  /** Takes all that there are. */
  takeAll(): T[] {
    const values = this.values();
    this.#values = [];
    this.#free = [];
    return values;
  }

  /** All that there are. */
  values(): T[] {
    return this.#values.filter((value) => value !== undefined);
  }
}
