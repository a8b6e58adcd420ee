import { LedgerlineError } from '../errors.ts';

/**
 * A calendar date with a time of day, ISO 8601 extended or basic (Data 4.5 asks for ISO 8601 and recommends RFC 3339).
 * Seconds and offset may be absent.
 */
const EXTENDED = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?$/;
const BASIC = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(?:(\d\d)(?:[.,](\d+))?)?(Z|[+-]\d\d(?::?\d\d)?)?$/;

const FIRST_SECOND = -62_167_219_200; // 0000-01-01T00:00:00Z
const LAST_SECOND = 253_402_300_799; // 9999-12-31T23:59:59Z

interface Parsed {
  /** Whole seconds since 1970 in UTC; a leap second counts as the first second of the next minute. */
  readonly second: number;
  /** The digits after the decimal mark as sent, perhaps none. */
  readonly fraction: string;
}

/** Days since 1970-01-01 of a date in the proleptic Gregorian calendar, without Date's special years 0 to 99. */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Seconds east of UTC, `undefined` for what is no offset: `-00:00` says "unknown" and is refused in all its forms. */
function offsetSeconds(offset: string): number | undefined {
  if (offset === '' || offset === 'Z') return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = offset.length > 3 ? Number(offset.slice(-2)) : 0;
  if (hours > 23 || minutes > 59) return undefined;
  const seconds = hours * 3600 + minutes * 60;
  if (offset.startsWith('+')) return seconds;
  return seconds === 0 ? undefined : -seconds;
}

// A statement's timestamp is looked at several times in a row: to check it, to find it by, to compare it.
let lastText = '';
let lastParsed: Parsed | undefined;

function parse(text: string): Parsed | undefined {
  if (text !== lastText) {
    lastParsed = parseAnew(text);
    lastText = text;
  }
  return lastParsed;
}

/** On the hot path: nearly all timestamps are extended, and what stands where is known then. */
function parseAnew(text: string): Parsed | undefined {
  if (!EXTENDED.test(text)) return parseBasic(text);
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const hasSeconds = text[16] === ':';
  const seconds = hasSeconds ? twoDigits(text, 17) : 0;
  const fraction = hasSeconds && (text[19] === '.' || text[19] === ',') ? digitsFrom(text, 20) : '';
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  if (hour > 23 || minute > 59 || seconds > 60) return undefined;
  const offset = offsetSeconds(text.slice(hasSeconds ? 19 + (fraction === '' ? 0 : 1 + fraction.length) : 16));
  if (offset === undefined) return undefined;
  const second = daysFromCivil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + seconds - offset;
  if (seconds === 60 && second % 86_400 !== 0) return undefined; // a leap second ends a UTC day
  if (second < FIRST_SECOND || second > LAST_SECOND) return undefined;
  return { second, fraction };
}

function parseBasic(text: string): Parsed | undefined {
  const match = BASIC.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, seconds, fraction, offset = ''] = match;
  const time = [hour, minute, ...(seconds === undefined ? [] : [seconds])].join(':');
  return parseAnew(`${year}-${month}-${day}T${time}${fraction === undefined ? '' : `.${fraction}`}${offset}`);
}

function twoDigits(text: string, at: number): number {
  return text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 528; // 11 times the code of '0'
}

function digitsFrom(text: string, start: number): string {
  let end = start;
  while (text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end++;
  return text.slice(start, end);
}

function parseOrRefuse(text: string): Parsed {
  const parsed = parse(text);
  if (parsed !== undefined) return parsed;
  throw new LedgerlineError('invalid_parameter', `${JSON.stringify(text)} is not a timestamp.`, {
    rule: 'a timestamp is an ISO 8601 date and time whose offset is not a negative zero',
    spec: 'xAPI 1.0.3 Data 4.5',
  });
}

/**
 * Whether a text is a timestamp: a calendar date and a time of day of ISO 8601, of years 0000 to 9999, that exist.
 * An absent offset means UTC; `-00:00`, `-0000` and `-00` are refused (Data 4.5; 2.0.0 4.2.7).
 */
export function isTimestamp(text: string): boolean {
  return parse(text) !== undefined;
}

/**
 * Microseconds since 1970-01-01T00:00:00Z of a timestamp; finer digits are cut off.
 * @throws LedgerlineError `invalid_parameter` when the text is no timestamp
 */
export function microsOf(text: string): bigint {
  const { second, fraction } = parseOrRefuse(text);
  return BigInt(second) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'));
}

/**
 * As `microsOf`, in decimal digits.
 * @throws LedgerlineError `invalid_parameter` when the text is no timestamp
 */
export function microsText(text: string): string {
  const { second, fraction } = parseOrRefuse(text);
  const micros = second * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
  // From the year 2255 on a number is not exact any more.
  return Number.isSafeInteger(micros) ? `${micros}` : `${microsOf(text)}`;
}

/**
 * The same instant in UTC as `YYYY-MM-DDTHH:MM:SS[.f…]Z`, with the digits of the fraction as they were sent.
 * @throws LedgerlineError `invalid_parameter` when the text is no timestamp
 */
export function toUtc(text: string): string {
  const { second, fraction } = parseOrRefuse(text);
  return `${secondText(second)}${fraction === '' ? '' : `.${fraction}`}Z`;
}

/** `YYYY-MM-DDTHH:MM:SS` of a second since 1970. */
function secondText(second: number): string {
  return new Date(second * 1000).toISOString().slice(0, 19);
}

// Instants are mostly formatted in runs within one second: the text of the last one is kept.
let lastSecond = 0;
let lastSecondText = '1970-01-01T00:00:00';

/** `YYYY-MM-DDTHH:MM:SS.ffffffZ`, always 27 characters, of microseconds since 1970 in years 0000 to 9999. */
export function formatMicros(micros: number | bigint): string {
  const second = typeof micros === 'bigint' ? Number(floorDivide(micros, 1_000_000n)) : Math.floor(micros / 1_000_000);
  const rest = typeof micros === 'bigint' ? Number(micros - BigInt(second) * 1_000_000n) : micros - second * 1_000_000;
  if (second !== lastSecond) {
    lastSecondText = secondText(second);
    lastSecond = second;
  }
  return `${lastSecondText}.${rest.toString().padStart(6, '0')}Z`;
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend < 0n && quotient * divisor !== dividend ? quotient - 1n : quotient;
}
