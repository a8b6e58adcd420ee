const TAB = 9;
const LINE_END = 13;
const SPACE = 32;
const QUOTE = 34;
const COLON = 58;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/**
 * Reads JSON as `JSON.parse` does, and rightly where the name of a member has escapes: V8 14.6 (Node 26) takes such a
 * name for one that it has met in the same place of another object, when that begins with the same characters as they
 * are written. After `{"a":1,"\\":2}` it reads `{"a":1,"\u0062":2}` as the former. Whatever has names that clients chose
 * is read with this (ADR 7).
 * @param text nested no deeper than the stack allows, where it has such names
 * @throws SyntaxError when it is no JSON
 */
export function parseJson(text: string): unknown {
  const value = JSON.parse(text);
  return hasEscapedName(text) ? readAnew(text) : value;
}

/** As `parseJson`, of a text that is well-formed: slower, and right whatever the names have. */
export function readAnew(text: string): unknown {
  return new Reader(text).value();
}

/** Whether a member's name has escapes, in a text that is well-formed JSON. */
export function hasEscapedName(text: string): boolean {
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', at)) {
    at = endOfString(text, at);
    if (isNameEnd(text, at)) return true;
  }
  return false;
}

/** Whether the string whose closing quote is at `end` is a member's name: a colon follows. */
export function isNameEnd(text: string, end: number): boolean {
  return text.charCodeAt(behindSpace(text, end + 1)) === COLON;
}

/** The place of the quote that ends a string. @param within a place in it that is not behind a backslash */
function endOfString(text: string, within: number): number {
  for (let at = within; ; at++) {
    const char = text.charCodeAt(at);
    if (char === QUOTE || at >= text.length) return at;
    if (char === BACKSLASH) at++;
  }
}

function behindSpace(text: string, from: number): number {
  let at = from;
  for (let char = text.charCodeAt(at); char === SPACE || (char >= TAB && char <= LINE_END); ) {
    char = text.charCodeAt(++at);
  }
  return at;
}

/** Reads a text that is well-formed, token by token; only what has no members is left to `JSON.parse`. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): unknown {
    const char = this.#next();
    if (char === OPEN_BRACE) return this.#object();
    if (char === OPEN_BRACKET) return this.#array();
    if (char === QUOTE) return this.#string();
    const start = this.#at;
    while (/[-+.\w]/.test(this.#text.charAt(this.#at))) this.#at++;
    return JSON.parse(this.#text.slice(start, this.#at));
  }

  #object(): object {
    const object = {};
    this.#at++;
    while (this.#next() !== CLOSE_BRACE) {
      const name = this.#string();
      this.#at = behindSpace(this.#text, this.#at) + 1;
      // By definition and not by assignment: `__proto__` is a name like others.
      Object.defineProperty(object, name, {
        value: this.value(),
        configurable: true,
        enumerable: true,
        writable: true,
      });
    }
    this.#at++;
    return object;
  }

  #array(): unknown[] {
    const array: unknown[] = [];
    this.#at++;
    while (this.#next() !== CLOSE_BRACKET) array.push(this.value());
    this.#at++;
    return array;
  }

  #string(): string {
    const start = this.#at;
    this.#at = endOfString(this.#text, start + 1) + 1;
    return JSON.parse(this.#text.slice(start, this.#at));
  }

  /** Goes to the next token, over commas: the text is well-formed. */
  #next(): number {
    this.#at = behindSpace(this.#text, this.#at);
    if (this.#text[this.#at] === ',') this.#at = behindSpace(this.#text, this.#at + 1);
    return this.#text.charCodeAt(this.#at);
  }
}
