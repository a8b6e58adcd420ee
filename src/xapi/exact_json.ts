import { type ErrorCode, LedgerlineError } from '../errors.ts';
import { pointerSegment } from './json_pointer.ts';
import { hasEscapedName, isNameEnd, readAnew } from './parse_json.ts';

/** Deeper nesting than this is refused. */
export const MAX_DEPTH = 100;

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const LOWER_D = 100;
const LOWER_U = 117;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** From this many members on, an object's names are kept in a Set: comparing each with each would take too long. */
const MANY_MEMBERS = 24;

const UNICODE_RULE = 'must be Unicode text without lone surrogates';

/** An object or array that is open at the place of the scan. */
interface Frame {
  readonly isObject: boolean;
  /** Where it begins in the text. */
  readonly start: number;
  /** Where the names of the object's members begin among all that are open; the last one is the current one. */
  readonly firstName: number;
  unique: Set<string> | undefined;
  /** The index of the array's current element. */
  index: number;
}

/** A member of an object in a text: from its name up to the next member, or to the brace that ends the object. */
export interface MemberPlace {
  readonly start: number;
  readonly end: number;
}

/** What is looked for while a text is read. */
export interface Search {
  /** Members of the object that the text is, or of those that are elements of the array that it is. */
  readonly names: readonly string[];
  /** Told of each such object, in their order, with those of its members that have one of the names. */
  readonly onObject: (start: number, end: number, members: readonly MemberPlace[]) => void;
}

/**
 * Reads JSON as JSON.parse does, but refuses what JSON.parse would silently change or what other readers read in
 * another way: a member name twice in one object, an integer beyond ±(2^53 - 1), a number that becomes infinite or
 * zero, a lone surrogate, nesting deeper than 100 (xAPI Data 2.2: the store returns what it was sent). A member
 * named `__proto__` is a member like others.
 * @param code what a refusal throws: `invalid_json` for a body, another for a parameter
 * @param search what is looked for meanwhile
 * @throws LedgerlineError `code`, with the JSON pointer of what is refused
 */
export function parseExactJson(text: string, code: ErrorCode = 'invalid_json', search?: Search): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new LedgerlineError(code, `This is not JSON: ${(error as Error).message}.`, {
      property: '',
      rule: 'must be well-formed JSON',
      spec: 'RFC 8259',
    });
  }
  scan(text, code, search);
  // What the scan did not refuse is not nested too deep for it.
  return hasEscapedName(text) ? readAnew(text) : value;
}

/** Looks through a text that is known to be well-formed JSON, jumping over its strings. */
function scan(text: string, code: ErrorCode, search: Search | undefined): void {
  const frames: Frame[] = [];
  const names = new Names(text);
  if (!text.isWellFormed()) throw refusal(code, frames, names, UNICODE_RULE);
  let frame: Frame | undefined;
  let nextBackslash = text.indexOf('\\');

  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) {
      let end = text.indexOf('"', at + 1);
      const escaped = nextBackslash !== -1 && nextBackslash < end;
      let surrogates = false;
      while (nextBackslash !== -1 && nextBackslash < end) {
        if (nextBackslash === end - 1) end = text.indexOf('"', end + 1);
        surrogates ||= isEscapedSurrogate(text, nextBackslash);
        nextBackslash = text.indexOf('\\', nextBackslash + 2);
      }
      if (frame?.isObject && isNameEnd(text, end)) {
        if (!names.add(frame, at + 1, end, escaped))
          throw refusal(code, frames, names, 'must not appear twice in one object');
      }
      if (surrogates && !(JSON.parse(text.slice(at, end + 1)) as string).isWellFormed())
        throw refusal(code, frames, names, UNICODE_RULE);
      at = end;
    } else if (char === MINUS || (char >= ZERO && char <= NINE)) {
      const end = numberEnd(text, at);
      if (end - at > 1) {
        const rule = brokenNumberRule(text.slice(at, end));
        if (rule !== undefined) throw refusal(code, frames, names, rule);
      }
      at = end - 1;
    } else if (char === OPEN_BRACE || char === OPEN_BRACKET) {
      if (frames.length === MAX_DEPTH) throw refusal(code, frames, names, `must not nest deeper than ${MAX_DEPTH}`);
      frame = { isObject: char === OPEN_BRACE, start: at, firstName: names.count, unique: undefined, index: 0 };
      frames.push(frame);
    } else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) {
      if (search !== undefined && frame!.isObject && isOutermost(frames)) {
        search.onObject(frame!.start, at + 1, names.placesOf(search.names, frame!.firstName, at));
      }
      names.dropFrom(frame!.firstName);
      frames.pop();
      frame = frames.at(-1);
    } else if (char === COMMA && frame !== undefined) {
      frame.index++;
    }
  }
}

/** Whether the innermost of what is open is the whole text, or an element of the array that it is. */
function isOutermost(frames: readonly Frame[]): boolean {
  return frames.length === 1 || (frames.length === 2 && !frames[0]!.isObject);
}

/**
 * The names of the members of all objects that are open, by where they stand in the text: most of them are compared by
 * their lengths, and none is cut out of it.
 */
class Names {
  readonly #text: string;
  /** Start and end, in turn; what stands behind `count` of them is no longer open. */
  readonly #places: number[] = [];
  /** What a name with escapes stands for, by its number. */
  readonly #unescaped = new Map<number, string>();
  count = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Notes a member's name. @returns false when the object has it already */
  add(frame: Frame, start: number, end: number, isEscaped: boolean): boolean {
    const number = this.count++;
    this.#places[number * 2] = start;
    this.#places[number * 2 + 1] = end;
    if (isEscaped) this.#unescaped.set(number, JSON.parse(this.#text.slice(start - 1, end + 1)) as string);
    if (frame.unique === undefined) {
      for (let i = frame.firstName; i < number; i++) if (this.#areSame(i, number)) return false;
      if (number - frame.firstName === MANY_MEMBERS) frame.unique = new Set();
      for (let i = frame.firstName; i <= number; i++) frame.unique?.add(this.at(i));
      return true;
    }
    const name = this.at(number);
    if (frame.unique.has(name)) return false;
    frame.unique.add(name);
    return true;
  }

  at(number: number): string {
    const place = number * 2;
    return this.#unescaped.get(number) ?? this.#text.slice(this.#places[place], this.#places[place + 1]);
  }

  /** The members from a number on, up to the end of their object, that have one of some names. */
  placesOf(wanted: readonly string[], from: number, end: number): MemberPlace[] {
    const places: MemberPlace[] = [];
    for (let number = from; number < this.count; number++) {
      for (const name of wanted) {
        if (!this.#is(number, name)) continue;
        const next = number + 1 < this.count ? this.#places[number * 2 + 2]! - 1 : end;
        places.push({ start: this.#places[number * 2]! - 1, end: next });
      }
    }
    return places;
  }

  dropFrom(number: number): void {
    // Not by going through all that have escapes: they may be many, and each object that ends comes here.
    if (this.#unescaped.size > 0) for (let gone = number; gone < this.count; gone++) this.#unescaped.delete(gone);
    this.count = number;
  }

  #is(number: number, name: string): boolean {
    if (this.#unescaped.size > 0) return this.at(number) === name;
    const start = this.#places[number * 2]!;
    if (this.#places[number * 2 + 1]! - start !== name.length) return false;
    return this.#text.startsWith(name, start);
  }

  #areSame(one: number, other: number): boolean {
    if (this.#unescaped.size > 0) return this.at(one) === this.at(other);
    let a = this.#places[one * 2]!;
    let b = this.#places[other * 2]!;
    const end = this.#places[other * 2 + 1]!;
    if (this.#places[one * 2 + 1]! - a !== end - b) return false;
    for (; b < end; a++, b++) if (this.#text.charCodeAt(a) !== this.#text.charCodeAt(b)) return false;
    return true;
  }
}

/** Whether the escape at a backslash is one of half a surrogate pair: `\ud800` to `\udfff`. */
function isEscapedSurrogate(text: string, backslash: number): boolean {
  return text.charCodeAt(backslash + 1) === LOWER_U && (text.charCodeAt(backslash + 2) | 32) === LOWER_D;
}

/** The place after a number: the first character that no number contains. */
function numberEnd(text: string, start: number): number {
  let at = start + 1;
  for (; at < text.length; at++) {
    const char = text.charCodeAt(at);
    const isPart =
      (char >= ZERO && char <= NINE) || char === 46 || char === 43 || char === MINUS || (char | 32) === 101;
    if (!isPart) break;
  }
  return at;
}

/** Why JavaScript cannot hold a number, if it cannot. Beyond 2^53 all digits must survive; before, 17 do. */
function brokenNumberRule(token: string): string | undefined {
  const hasExponent = /[eE]/.test(token);
  if (!hasExponent && token.length < 16) return undefined;
  const value = Number(token);
  if (!Number.isFinite(value)) return 'must not be too large for a 64-bit floating point number';
  if (value === 0) {
    return /^-?[0.]*(?:[eE]|$)/.test(token) ? undefined : 'must not be too small for a 64-bit floating point number';
  }
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return undefined;
  const isInteger = !hasExponent && !token.includes('.');
  if (!isInteger && significantDigits(token) === significantDigits(String(value))) return undefined;
  return 'must not be an integer beyond 9007199254740991';
}

/** The digits of a number from its first to its last that is not zero, without mark and exponent. */
function significantDigits(number: string): string {
  const digits = number.replace(/[eE].*$/, '').replace(/[-.]/g, '');
  let start = 0;
  while (digits[start] === '0') start++;
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  return digits.slice(start, end);
}

/** The error about the place where a scan is: the current members and elements of all that is open. */
function refusal(code: ErrorCode, frames: readonly Frame[], names: Names, rule: string): LedgerlineError {
  const property = frames
    .map(({ isObject, index }, i) => {
      const behind = frames[i + 1]?.firstName ?? names.count;
      return pointerSegment(isObject ? names.at(behind - 1) : index);
    })
    .join('');
  return new LedgerlineError(code, `${property === '' ? 'The JSON' : property} ${rule}.`, {
    property,
    rule,
    spec: 'xAPI 1.0.3 Data 2.2',
  });
}
