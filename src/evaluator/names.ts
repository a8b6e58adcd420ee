/** Texts and their numbers, from 0 in the order in which they came. */
export class Names {
  readonly #numbers = new Map<string, number>();
  readonly #texts: string[] = [];

  constructor(texts: readonly string[] = []) {
    for (const text of texts) this.numberOf(text);
  }

  get texts(): readonly string[] {
    return this.#texts;
  }

  /** The number of a text, given now if it had none. */
  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#texts.length);
    return this.#texts.push(text) - 1;
  }

  /** The number of a text that has one. */
  known(text: string): number | undefined {
    return this.#numbers.get(text);
  }
}
