import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import type { Request, Response } from 'express';
import { z } from 'zod';

/** How rows are answered. */
export type TableFormat = 'json' | 'csv' | 'ndjson';

export const tableFormat = z
  .enum(['json', 'csv', 'ndjson'])
  .optional()
  .meta({ description: 'The form of the answer; by default as the header Accept asks, else JSON.' });

const TYPES = { 'application/json': 'json', 'text/csv': 'csv', 'application/x-ndjson': 'ndjson' } as const;

const TYPE_OF = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson' } as const;

/** The form that a request asks for: by its parameter, else by its header. */
export function formatOf(request: Request, format: TableFormat | undefined): TableFormat {
  if (format !== undefined) return format;
  const type = request.accepts(Object.keys(TYPES));
  return type === false ? 'json' : TYPES[type as keyof typeof TYPES];
}

/** Rows of one shape: the members are the columns, in their order. */
export type TableRow = Readonly<Record<string, unknown>>;

/**
 * Sends rows while they come, as lines of JSON or as CSV (RFC 4180, with a byte order mark, by which spreadsheets know
 * that it is UTF-8; a text that a spreadsheet would take for a formula begins with an apostrophe). Lists of
 * texts stand in one cell. A client that goes away ends it.
 */
export async function sendRows(
  response: Response,
  format: 'csv' | 'ndjson',
  columns: readonly string[],
  rows: AsyncIterable<TableRow>,
): Promise<void> {
  response.type(TYPE_OF[format]);
  const all = await begun(rows);
  if (format === 'ndjson') await pipeline(linesOf(all), response);
  else await pipeline(cellsOf(all, columns), writerOf(columns), response);
}

/** Sends rows that are lines of JSON already, many in each text. */
export async function sendLines(
  response: Response,
  format: 'csv' | 'ndjson',
  columns: readonly string[],
  texts: AsyncIterable<string>,
): Promise<void> {
  if (format === 'csv') return sendRows(response, format, columns, rowsIn(texts));
  response.type(TYPE_OF[format]);
  await pipeline(await begun(texts), response);
}

/** Waits for the first piece: what fails before it is still an answer of its own. */
async function begun<Piece>(pieces: AsyncIterable<Piece>): Promise<AsyncIterable<Piece>> {
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  return { [Symbol.asyncIterator]: () => following(first, iterator) };
}

function writerOf(columns: readonly string[]) {
  return stringify({
    header: true,
    columns: [...columns],
    bom: true,
    escape_formulas: true,
    record_delimiter: '\r\n',
    quoted_match: /[;\t]/,
    cast: { boolean: String },
  });
}

async function* rowsIn(texts: AsyncIterable<string>): AsyncGenerator<TableRow> {
  for await (const text of texts) for (const line of text.split('\n')) if (line !== '') yield JSON.parse(line);
}

async function* following<Piece>(first: IteratorResult<Piece>, rest: AsyncIterator<Piece>): AsyncGenerator<Piece> {
  for (let row = first; row.done !== true; row = await rest.next()) yield row.value;
}

async function* linesOf(rows: AsyncIterable<TableRow>): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`;
}

async function* cellsOf(rows: AsyncIterable<TableRow>, columns: readonly string[]): AsyncGenerator<unknown[]> {
  for await (const row of rows) {
    yield columns.map((name) => cellOf(row[name]));
  }
}

/** Texts stand one behind the other; what else is no text or number stands as JSON. */
function cellOf(value: unknown): unknown {
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join('; ');
  return value !== null && typeof value === 'object' ? JSON.stringify(value) : value;
}
