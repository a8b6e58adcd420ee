import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { HELP, readOptions } from '../../scripts/audit/options.ts';
import { BlobFiles } from '../../src/blobs/blob_files.ts';
import { assign, command } from '../learning_http/given.ts';
import { headOf } from '../support/history.ts';
import { runScript } from '../support/run_script.ts';
import type { Posted } from '../support/statements.ts';
import { KEY, SECRET, startTestStore, type TestStore } from '../support/store.ts';

const PERSONS = Array.from({ length: 25 }, (_, i) => `P-${100 + i}`);
const CREDENTIAL = { LEDGERLINE_KEY: KEY, LEDGERLINE_SECRET: SECRET };
const ASKED = { asOf: '2024-03-31' };

let store: TestStore;
let frozen: Posted;
let content: Buffer;
beforeAll(async () => {
  store = await startTestStore();
  await command(store, 'PUT', '/agencies/agency-a', { name: 'Agency A' });
  await command(store, 'PUT', '/courses/safety', { title: 'Safety', editions: [], completion: [] });
  await command(store, 'PUT', '/requirements/safety', {
    title: 'Safety',
    from: '2020-01-01',
    appliesTo: { all: [] },
    satisfiedBy: { course: 'safety' },
  });
  for (const person of PERSONS) await assign(store, person, 'agency-a', '2020-01-01');
  await command(store, 'POST', '/snapshots', { snapshot: 'all', ...ASKED });
  frozen = await command(store, 'POST', '/agencies/agency-a/snapshots', { snapshot: 'second', asOf: '2024-06-30' });
  content = readFileSync(fileOf(frozen));
});
afterAll(() => store.close());
afterEach(() => writeFileSync(fileOf(frozen), content));

const fileOf = ({ digest }: Posted) => join(store.data, 'blobs', digest.slice(0, 2), digest);
const audit = (...args: string[]) => runScript('audit', ['--url', store.address, ...args], CREDENTIAL);
const lines = (out: string) => out.trimEnd().split('\n');

describe('npm run audit', () => {
  it('says that all snapshots are the same, also after what came later', async () => {
    await command(store, 'PUT', '/requirements/safety', {
      title: 'Safety',
      from: '2020-01-01',
      appliesTo: { all: [] },
      satisfiedBy: { course: 'safety' },
      timeToComply: { within: 'P5Y' },
    });
    const head = await headOf(store);
    const { code, out, err } = await audit();
    expect([code, err]).toEqual([0, '']);
    expect(lines(out)).toEqual([
      expect.stringMatching(/^same {7}all \(all agencies, 2024-03-31 as known at \d+\)$/),
      `same       second (agency-a, 2024-06-30 as known at ${frozen.knownAt})`,
      '2 same, 0 differ, 0 unreadable',
    ]);
    expect(await headOf(store)).toBe(head);
  });

  it('names the people and requirements of what was changed by hand, the first of them', async () => {
    // Both snapshots have the same content: it is one blob.
    writeFileSync(fileOf(frozen), content.toString().replaceAll('"overdue","2020-01-01"', '"compliant",null'));
    const { code, out } = await audit('--snapshot', 'second');
    expect(code).toBe(1);
    expect(lines(out)).toEqual([
      expect.stringMatching(/^differs {4}second /),
      '  what was kept is damaged',
      '  the ledger gives what was frozen',
      '  differing: 25 (people: 25), by safety',
      ...PERSONS.slice(0, 20).map(
        (person) => `  ${person} in agency-a, safety: kept compliant, recomputed overdue 2020-01-01`,
      ),
      '  … and 5 more',
      '0 same, 1 differ, 0 unreadable',
    ]);
  });

  it('says what cannot be read', async () => {
    rmSync(fileOf(frozen));
    const { code, out } = await audit();
    expect(code).toBe(1);
    expect(out).toContain('unreadable second');
    expect(out).toContain('  what was kept is missing\n  the ledger gives what was frozen\n');
    expect(out).toMatch(/\n0 same, 0 differ, 2 unreadable\n$/);
  });

  it('says that the ledger gives something else, where it does', async () => {
    const text = `${content.toString()}${JSON.stringify(['agency-a', 'P-999', 'safety', 'due', '2024-12-31'])}\n`;
    const { sha256: digest, length } = new BlobFiles(join(store.data, 'blobs')).keepSync(Buffer.from(text));
    const data = { snapshot: 'false', agency: 'agency-a', ...ASKED, knownAt: frozen.knownAt, form: 1, digest, length };
    await store.running.store.submit({ kind: 'learning', credential: KEY, action: { type: 'snapshot-frozen', data } });
    const { code, out } = await audit('--snapshot', 'false', '--snapshot', 'all');
    expect(code).toBe(1);
    expect(out).toContain(
      `
  the ledger gives something else than what was frozen
  differing: 1 (people: 1), by safety
  P-999 in agency-a, safety: kept due 2024-12-31, recomputed nothing
same       all `,
    );

    const machine = await audit('--json');
    expect(machine.code).toBe(1);
    const verdicts = lines(machine.out).map((line) => JSON.parse(line));
    expect(verdicts.map(({ snapshot, result }) => [snapshot, result])).toEqual([
      ['all', 'same'],
      ['second', 'same'],
      ['false', 'differs'],
    ]);
    expect(verdicts[2]).toEqual((await store.ask('/api/snapshots/false/check')).json);
  });

  it('says what it cannot do', async () => {
    expect(await audit('--snapshot', 'none')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/no such snapshot/),
    });
    const wrong = await runScript('audit', ['--url', store.address], { LEDGERLINE_KEY: KEY, LEDGERLINE_SECRET: 'x' });
    expect(wrong).toMatchObject({ code: 2, err: expect.stringMatching(/^audit: Key or secret is wrong/) });
    expect(await audit('--help')).toMatchObject({ code: 0, out: HELP });
    expect(await audit('file')).toMatchObject({ code: 2, err: 'audit: file is too much (see --help)\n' });
    expect(() => readOptions(['--dry-run'], CREDENTIAL)).toThrow("'--dry-run'");
    expect(() => readOptions([], {})).toThrow('--key (or LEDGERLINE_KEY) is missing');
  });
});
