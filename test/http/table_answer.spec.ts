import { parse } from 'csv-parse/sync';
import express from 'express';
import { describe, expect, it } from 'vitest';
import { formatOf, sendRows, type TableFormat, type TableRow } from '../../src/http/table_answer.ts';

async function answerOf(format: 'csv' | 'ndjson', columns: readonly string[], rows: readonly TableRow[]) {
  const app = express();
  app.get('/', (_request, response) => sendRows(response, format, columns, each(rows)));
  return asked(app, {});
}

async function asked(app: express.Express, headers: Readonly<Record<string, string>>) {
  const server = app.listen(0, '127.0.0.1');
  try {
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const answer = await fetch(`http://127.0.0.1:${port}/`, { headers });
    return { type: answer.headers.get('content-type'), bytes: Buffer.from(await answer.arrayBuffer()) };
  } finally {
    server.close();
  }
}

async function* each(rows: readonly TableRow[]): AsyncGenerator<TableRow> {
  yield* rows;
}

describe('rows', () => {
  const rows = [
    { person: 'P-1', missing: ['a', 'b'], until: null, rate: 0.5, unknown: [{ fact: 'grade' }] },
    { person: 'Ö, "x"\r\ny', missing: [], until: '2024-01-01', rate: 1, unknown: [] },
  ];

  it('are lines of JSON', async () => {
    const { type, bytes } = await answerOf('ndjson', [], rows);
    expect(type).toBe('application/x-ndjson');
    const lines = bytes.toString().trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(rows);
  });

  it('are CSV that spreadsheets open as UTF-8, with what is needed quoted', async () => {
    const { type, bytes } = await answerOf('csv', ['person', 'missing', 'until', 'rate', 'unknown'], rows);
    expect(type).toBe('text/csv; charset=utf-8');
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(parse(bytes, { bom: true, columns: true })).toEqual([
      { person: 'P-1', missing: 'a; b', until: '', rate: '0.5', unknown: '[{"fact":"grade"}]' },
      { person: 'Ö, "x"\r\ny', missing: '', until: '2024-01-01', rate: '1', unknown: '' },
    ]);
  });

  it.each(['=1+1', '+1', '-1', '@x', '\t=1', '\r=1', '＝1'])('are no formulas: %j', async (value) => {
    const { bytes } = await answerOf('csv', ['value', 'list'], [{ value, list: [value, 'x'] }]);
    const [row] = parse<{ value: string; list: string }>(bytes, { bom: true, columns: true });
    expect(row).toEqual({ value: `'${value}`, list: `'${value}; x` });
  });

  it('are a heading alone when there are none', async () => {
    expect((await answerOf('csv', ['a', 'b'], [])).bytes.toString('utf8')).toBe('\uFEFFa,b\r\n');
    expect((await answerOf('ndjson', ['a'], [])).bytes).toHaveLength(0);
  });
});

describe('the form of an answer', () => {
  it.each<[string | undefined, TableFormat | undefined, TableFormat]>([
    [undefined, undefined, 'json'],
    ['text/csv', undefined, 'csv'],
    ['application/x-ndjson', undefined, 'ndjson'],
    ['text/html,*/*;q=0.8', undefined, 'json'],
    ['image/png', undefined, 'json'],
    ['text/csv', 'ndjson', 'ndjson'],
  ])('with Accept %s and format %s is %s', async (accept, format, expected) => {
    const app = express();
    app.get('/', (request, response) => {
      response.send(formatOf(request, format));
    });
    const { bytes } = await asked(app, accept === undefined ? { accept: '*/*' } : { accept });
    expect(bytes.toString()).toBe(expected);
  });
});
