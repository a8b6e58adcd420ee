import type { Fact } from '../events/learning_types.ts';
import { nearestName } from '../nearest_name.ts';
import { COLUMNS, type FactColumn } from './roster_columns.ts';
import { compareFacts } from './roster_conflicts.ts';
import { readCsv } from './roster_csv.ts';
import { FACT_MEMBERS, factItself, factsOfRow, type LineFact, type Report } from './roster_lines.ts';

/** A rule that a line breaks; of a JSON array, the line is the element's number from 1. */
export interface RosterError {
  readonly line: number;
  /** The column or member; empty when it is the line as a whole. */
  readonly column: string;
  readonly rule: string;
}

/** The facts that a roster says, and all that is wrong with it. */
export interface Roster {
  /** What a line number counts. */
  readonly unit: 'line' | 'element';
  readonly facts: readonly Fact[];
  /** The line that each fact comes from first. */
  readonly lines: readonly number[];
  readonly errors: readonly RosterError[];
}

/**
 * Reads a roster: CSV with a header line (RFC 4180; commas, or semicolons when the header has one), or a JSON array of
 * objects with the same names and typed values, or of facts. A line says, of a person in an agency, what was so from a
 * day to a day (no `to`: without end): a fact for each fact column that has a value, and that the person is `assigned`,
 * unless that column says no. A JSON null takes a fact back. A fact that comes twice is one.
 * @param text the whole file, with or without a byte order mark
 */
export function parseRoster(text: string): Roster {
  const bare = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const isJson = /^\s*\[/.test(bare);
  const unit = isJson ? 'element' : 'line';
  const errors: RosterError[] = [];
  const found = isJson ? fromJson(bare, errors) : fromCsv(bare, errors);
  const { unique, conflicts } = compareFacts(found, unit);
  return {
    unit,
    facts: unique.map(({ fact }) => fact),
    lines: unique.map(({ line }) => line),
    errors: [...errors, ...conflicts].sort((one, other) => one.line - other.line),
  };
}

function fromCsv(text: string, errors: RosterError[]): LineFact[] {
  const { header, records, malformed } = readCsv(text);
  if (malformed !== undefined) {
    errors.push({ line: malformed.line, column: '', rule: malformed.rule });
    return [];
  }
  const report: Report = (column, rule) => errors.push({ line: header.line, column, rule });
  header.fields.forEach((name, index) => {
    if (!COLUMNS.includes(name)) report(name, unknownName(name, 'column', COLUMNS));
    else if (header.fields.indexOf(name) < index) report(name, 'a column comes once');
  });
  for (const name of ['person', 'agency', 'from'])
    if (!header.fields.includes(name)) report(name, 'the column is there');
  // What is below a header that is not understood would only be misunderstood.
  if (errors.length > 0) return [];
  return records.flatMap(({ line, fields }) => {
    const ofLine: Report = (column, rule) => errors.push({ line, column, rule });
    if (fields.length !== header.fields.length) {
      ofLine('', `it has ${header.fields.length} fields, as the header, not ${fields.length}`);
      return [];
    }
    const row = new Map(header.fields.map((name, index) => [name, fields[index]!]));
    const readField = (column: FactColumn, text: unknown) => column.fromText(String(text));
    return factsOfRow(line, { get: (name) => row.get(name) || undefined, read: readField, report: ofLine });
  });
}

function fromJson(text: string, errors: RosterError[]): LineFact[] {
  let elements: unknown[];
  try {
    elements = JSON.parse(text);
  } catch (error) {
    errors.push({ line: 1, column: '', rule: `it is JSON: ${(error as Error).message}` });
    return [];
  }
  return elements.flatMap((element, index) => {
    const line = index + 1;
    const report: Report = (column, rule) => errors.push({ line, column, rule });
    if (typeof element !== 'object' || element === null || Array.isArray(element)) {
      report('', 'it is an object');
      return [];
    }
    const members = new Map<string, unknown>(Object.entries(element));
    const isFact = members.has('name') || members.has('value');
    const known = isFact ? FACT_MEMBERS : COLUMNS;
    const get = (name: string) => members.get(name);
    const unknown = [...members.keys()].filter((name) => !known.includes(name));
    for (const name of unknown) report(name, unknownName(name, 'member', known));
    if (unknown.length > 0) return [];
    const readMember = (column: FactColumn, value: unknown) => (value === null ? { value } : column.fromJson(value));
    if (isFact) return factItself(line, get, report);
    return factsOfRow(line, { get, read: readMember, report });
  });
}

function unknownName(name: string, kind: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return `there is no such ${kind}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`;
}
