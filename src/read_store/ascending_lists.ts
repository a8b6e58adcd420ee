import { grown } from './columns.ts';

/**
 * Many ascending lists of numbers, by the number of the list, each value once. They stand in columns: what thousands of
 * short lists hold are not thousands of objects, which would all be copied and marked whenever garbage is collected.
 */
export class AscendingLists {
  /** By list: the place of its last entry, counted from 1; 0 when it is empty. */
  #last = new Int32Array(1_024);
  /** By entry: its value, and the place of the entry before it in its list. */
  #values = new Float64Array(1_024);
  #before = new Int32Array(1_024);
  #count = 0;
  /** By list: what came when something larger was there already. Only references whose target came later do. */
  readonly #late = new Map<number, Set<number>>();

  /** Adds a value to a list, unless it is there. */
  add(list: number, value: number): void {
    if (list >= this.#last.length) this.#last = grown(this.#last, list);
    const place = this.#last[list]!;
    const largest = place === 0 ? Number.NEGATIVE_INFINITY : this.#values[place - 1]!;
    if (value > largest) this.#append(list, value, place);
    else if (value < largest) this.#addLate(list, value);
  }

  /** Whether a list has a value. */
  has(list: number): boolean {
    return list < this.#last.length && this.#last[list] !== 0;
  }

  /** A list's values, ascending. */
  of(list: number): number[] {
    if (list >= this.#last.length) return [];
    const values: number[] = [];
    for (let place = this.#last[list]!; place !== 0; place = this.#before[place - 1]!) {
      values.push(this.#values[place - 1]!);
    }
    const late = this.#late.get(list);
    if (late !== undefined) return [...new Set([...late, ...values])].sort((a, b) => a - b);
    return values.length > 1 ? values.reverse() : values;
  }

  #append(list: number, value: number, before: number): void {
    const entry = this.#count++;
    if (entry === this.#values.length) {
      this.#values = grown(this.#values, entry);
      this.#before = grown(this.#before, entry);
    }
    this.#values[entry] = value;
    this.#before[entry] = before;
    this.#last[list] = entry + 1;
  }

  #addLate(list: number, value: number): void {
    const late = this.#late.get(list);
    if (late) late.add(value);
    else this.#late.set(list, new Set([value]));
  }
}
