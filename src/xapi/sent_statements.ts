import { type MemberPlace, parseExactJson } from './exact_json.ts';

/** What the store sets, whatever was sent: the id stands first, the others behind the rest (see `completeStatement`). */
const SET_BY_THE_STORE = ['id', 'authority', 'stored'];

/** The statements of a request, with the text of which they were read. */
export class SentStatements {
  /** What the text says: a statement or an array of them, if it is as it should be. */
  readonly value: unknown;
  readonly #text: string;
  readonly #isOneLine: boolean;
  /** Of each object that may be a statement. */
  readonly #places: { readonly start: number; readonly end: number; readonly set: readonly MemberPlace[] }[] = [];

  /** @throws `invalid_json` as `parseExactJson` */
  constructor(text: string) {
    this.#text = text;
    this.value = parseExactJson(text, 'invalid_json', {
      names: SET_BY_THE_STORE,
      onObject: (start, end, set) => this.#places.push({ start, end, set }),
    });
    // JSON has no such character within a text.
    this.#isOneLine = !/[\t\n\r]/.test(text);
  }

  /**
   * The members of a statement that the store does not set, as they were sent: what stands between the braces of an
   * object. Undefined when the text has been laid out to be read: its white space is not worth keeping.
   * @param i which statement; every element up to it is an object
   */
  members(i: number): string | undefined {
    if (!this.#isOneLine) return undefined;
    const { start, end, set } = this.#places[i]!;
    let kept = '';
    let from = start + 1;
    for (const member of set) {
      kept += this.#text.slice(from, member.start);
      from = member.end;
    }
    kept += this.#text.slice(from, end - 1);
    return set.at(-1)?.end === end - 1 ? kept.replace(/[ ,]+$/, '') : kept;
  }
}
