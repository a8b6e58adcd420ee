import { CsvError, parse } from 'csv-parse/sync';

/** The text between two separators, trimmed. */
export type Field = string;

/** A line of CSV; one with line breaks in quotes is named by its last. */
export interface CsvRecord {
  /** From 1. */
  readonly line: number;
  readonly fields: readonly Field[];
}

/** A file of CSV: its header line, the lines below, and where it is no CSV, if anywhere. */
export interface Csv {
  readonly header: CsvRecord;
  readonly records: readonly CsvRecord[];
  readonly malformed?: { readonly line: number; readonly rule: string };
}

/**
 * Reads CSV (RFC 4180); lines without any character are left out. Semicolons separate when the first line has one: the
 * names of columns have none.
 * @param text without a byte order mark
 */
export function readCsv(text: string): Csv {
  const firstLine = /^.*/.exec(text.trimStart())![0];
  const delimiter = firstLine.includes(';') ? ';' : ',';
  try {
    const read = parse(text, { delimiter, info: true, relax_column_count: true, skip_empty_lines: true, trim: true });
    // With `info`, each record comes together with where it ended.
    const parsed = read as unknown as { info: { lines: number }; record: string[] }[];
    const [header = { line: 1, fields: [] }, ...records] = parsed.map(({ info, record }) => ({
      line: info.lines,
      fields: record,
    }));
    return { header, records };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === 'number' ? error.lines : 1;
    return { header: { line: 1, fields: [] }, records: [], malformed: { line, rule: `it is CSV: ${error.message}` } };
  }
}
