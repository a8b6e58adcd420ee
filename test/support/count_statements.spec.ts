import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { countFile, countStatements } from './count_statements.ts';

const account = { objectType: 'Agent', account: { homePage: 'https://lms.example.org', name: '7' } };
const [played, paused] = [{ id: 'http://example.org/played' }, { id: 'http://example.org/paused' }];
const lines = [
  { actor: account, verb: played, object: { id: 'http://example.org/a' }, timestamp: '2021-11-30T23:30:00Z' },
  {
    actor: account,
    verb: paused,
    object: { objectType: 'Activity', id: 'http://example.org/a' },
    timestamp: '2021-11-30T23:30:00.5-01:00',
    context: { registration: 'EC531277-B57B-4C15-8D91-D292C5B2B8F7' },
  },
  {
    actor: { mbox: 'mailto:learner-1@example.org' },
    verb: played,
    object: { objectType: 'StatementRef', id: '00000000-0000-4000-8000-000000000001' },
    context: { registration: 'ec531277-b57b-4c15-8d91-d292c5b2b8f7' },
  },
  {
    actor: { mbox_sha1sum: 'ebd31e95054c018b10727ccffd2ef2ec3a016ee9' },
    verb: played,
    object: { objectType: 'Agent' },
  },
  { actor: { openid: 'http://openid.example.org/7' }, verb: played, object: { id: 'http://example.org/b' } },
  { actor: { objectType: 'Group', member: [] }, verb: played, object: { id: 'http://example.org/b' } },
].map((statement) => JSON.stringify(statement));

it('counts statements by everything that a store can be asked for', () => {
  expect(countStatements([lines[0]!, '', ...lines.slice(1), ' '])).toEqual({
    statements: 6,
    actors: new Map([
      ['account:https://lms.example.org|7', 2],
      ['mailto:learner-1@example.org', 1],
      ['sha1sum:ebd31e95054c018b10727ccffd2ef2ec3a016ee9', 1],
      ['openid:http://openid.example.org/7', 1],
    ]),
    verbs: new Map([
      [played.id, 5],
      [paused.id, 1],
    ]),
    activities: new Map([
      ['http://example.org/a', 2],
      ['http://example.org/b', 2],
    ]),
    days: new Map([
      ['2021-11-30', 1],
      ['2021-12-01', 1],
    ]),
    months: new Map([
      ['2021-11', 1],
      ['2021-12', 1],
    ]),
    registrations: new Map([['ec531277-b57b-4c15-8d91-d292c5b2b8f7', 2]]),
  });
});

it('reads a file, gzipped or not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledgerline-count-'));
  try {
    writeFileSync(join(folder, 'plain.ndjson'), lines.join('\r\n'));
    writeFileSync(join(folder, 'packed.ndjson.gz'), gzipSync(`${lines.join('\n')}\n`));
    const expected = countStatements(lines);
    expect(countFile(join(folder, 'plain.ndjson'))).toEqual(expected);
    expect(countFile(join(folder, 'packed.ndjson.gz'))).toEqual(expected);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
