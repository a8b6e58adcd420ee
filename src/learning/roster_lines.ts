import type { Day, Fact, FactValue } from '../events/learning_types.ts';
import { isDay } from './days.ts';
import { FACT_COLUMNS, type FactColumn } from './roster_columns.ts';

/** One fact of one line. */
export interface LineFact {
  readonly line: number;
  /** The column, or the member, that says it. */
  readonly column: string;
  readonly fact: Fact;
}

/** Told of each rule that a line breaks, and where. */
export type Report = (column: string, rule: string) => void;

/** The members that a fact can have. */
export const FACT_MEMBERS = ['person', 'agency', 'place', 'name', 'key', 'value', 'from', 'to'];

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const ID_RULE = 'it is 1 to 128 letters, digits, points, hyphens and underscores, and begins with a letter or digit';
const DAY_RULE = 'it is a day, YYYY-MM-DD';
const FACT_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** A row of a roster: what its columns say, and how that is read. */
export interface Row {
  /** Undefined where the column is missing or empty. */
  readonly get: (column: string) => unknown;
  readonly read: (
    column: FactColumn,
    given: unknown,
  ) => { readonly value: FactValue | null } | { readonly rule: string };
  readonly report: Report;
}

/** The facts of a row, none when anything in it is wrong. */
export function factsOfRow(line: number, { get, read, report }: Row): LineFact[] {
  const { refuse, isRight } = refusing(report);
  const subject = { person: readId(get, 'person', refuse), agency: readId(get, 'agency', refuse) };
  const range = readRange(get, refuse);
  const given = new Map<string, Pick<Fact, 'key' | 'value'>>([['assigned', { value: true }]]);
  for (const [name, column] of Object.entries(FACT_COLUMNS)) {
    const field = get(name);
    if (field === undefined) continue;
    const result = read(column, field);
    if ('rule' in result) refuse(name, result.rule);
    else if (!column.keyed) given.set(name, result);
    else if (result.value === null) refuse(name, 'which of them is taken back is said by a fact with its key');
    else given.set(name, { key: String(result.value), value: result.value });
  }
  if (!isRight()) return [];
  return [...given].map(([name, what]) => ({ line, column: name, fact: { ...subject, name, ...what, ...range } }));
}

/** A fact as it is recorded, its members in the order of those that rows give; none when anything in it is wrong. */
export function factItself(line: number, get: Row['get'], report: Report): LineFact[] {
  const { refuse, isRight } = refusing(report);
  const ofPlace = get('place') !== undefined;
  if (ofPlace && (get('person') ?? get('agency')) !== undefined) {
    refuse('place', 'a fact is of a person in an agency, or of a place');
  }
  const subject = ofPlace
    ? { place: readId(get, 'place', refuse) }
    : { person: readId(get, 'person', refuse), agency: readId(get, 'agency', refuse) };
  const [name, key, value] = [get('name'), get('key'), get('value')];
  if (typeof name !== 'string' || !FACT_NAME.test(name)) {
    refuse('name', 'it is 1 to 64 letters, digits, hyphens and underscores, and begins with a letter');
  }
  if (key !== undefined && (typeof key !== 'string' || key === '' || key.length > 256)) {
    refuse('key', 'it is a text of 1 to 256 characters');
  }
  if (!isFactValue(value)) refuse('value', 'it is a text, a number, true, false, an array of texts, or null');
  const range = readRange(get, refuse);
  if (!isRight()) return [];
  const fact = { ...subject, name, ...(key === undefined ? {} : { key }), value, ...range } as Fact;
  return [{ line, column: 'value', fact }];
}

function refusing(report: Report): { refuse: Report; isRight: () => boolean } {
  let refused = 0;
  const refuse: Report = (column, rule) => {
    refused++;
    report(column, rule);
  };
  return { refuse, isRight: () => refused === 0 };
}

function isFactValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((element) => typeof element === 'string');
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function readId(get: Row['get'], column: string, refuse: Report): string {
  const value = get(column);
  if (value === undefined) refuse(column, 'it must be given');
  else if (typeof value !== 'string' || !ID.test(value)) refuse(column, ID_RULE);
  return String(value);
}

function readRange(get: Row['get'], refuse: Report): { readonly from: Day; readonly to?: Day } {
  const [from, to] = [get('from'), get('to')];
  if (from === undefined) refuse('from', 'it must be given');
  else if (!isDayValue(from)) refuse('from', DAY_RULE);
  if (to === undefined) return { from: String(from) };
  if (!isDayValue(to)) refuse('to', DAY_RULE);
  else if (isDayValue(from) && to < from) refuse('to', 'the last day is not before the first');
  return { from: String(from), to: String(to) };
}

function isDayValue(value: unknown): value is Day {
  return typeof value === 'string' && isDay(value);
}
