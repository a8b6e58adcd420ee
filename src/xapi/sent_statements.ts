import { SET_ANEW } from './completion.ts';
import { type MemberPlace, parseExactJson } from './exact_json.ts';
import { hasEscapedName } from './parse_json.ts';

const SPACE = 32;
const COMMA = 44;

/** The statements of a request, with the text of which they were read. */
export class SentStatements {
  /** What the text says: a statement or an array of them, if it is as it should be. */
  readonly value: unknown;
  readonly #text: string;
  readonly #isInLines: boolean;
  readonly #hasEscapedName: boolean;
  /** Of each object that may be a statement, and what the store sets of it. */
  readonly #places: { readonly start: number; readonly end: number; readonly set: readonly MemberPlace[] }[] = [];

  /** @throws `invalid_json` as `parseExactJson` */
  constructor(text: string) {
    this.#text = withPlainSlashes(text);
    this.#isInLines = isInLines(text);
    this.#hasEscapedName = hasEscapedName(this.#text);
    this.value = parseExactJson(this.#text, 'invalid_json', {
      names: SET_ANEW,
      onObject: (start, end, set) => this.#places.push({ start, end, set }),
    });
  }

  /**
   * The members of a statement that the store does not set, as they were sent: what stands between the braces of an
   * object. Undefined when they are in several lines: white space that was made for the eyes is not worth keeping; and
   * when a name in the body has escapes, as `parseJson` would have to be asked of it for ever.
   * @param i which statement; every element up to it is an object
   */
  members(i: number): string | undefined {
    if (this.#hasEscapedName) return undefined;
    const { start, end, set } = this.#places[i]!;
    let kept = '';
    let from = start + 1;
    for (const member of set) {
      kept += this.#text.slice(from, member.start);
      from = member.end;
    }
    kept += this.#text.slice(from, end - 1);
    if (this.#isInLines && isInLines(kept)) return undefined;
    return set.at(-1)?.end === end - 1 ? withoutLastComma(kept) : kept;
  }
}

/** Without the escapes of slashes, which PHP gives all of them. After a backslash that is escaped, a slash is none. */
function withPlainSlashes(json: string): string {
  const isConcerned = json.includes('\\') && !json.includes('\\\\');
  return isConcerned ? json.replaceAll('\\/', '/') : json;
}

/** Within a string JSON has no such character. */
function isInLines(json: string): boolean {
  return json.includes('\n') || json.includes('\r') || json.includes('\t');
}

/** Without the comma, and the spaces around it, behind which there is nothing any more. */
function withoutLastComma(members: string): string {
  let end = members.length;
  while (members.charCodeAt(end - 1) === SPACE || members.charCodeAt(end - 1) === COMMA) end--;
  return members.slice(0, end);
}
