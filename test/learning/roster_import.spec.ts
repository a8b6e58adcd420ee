import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScript } from '../support/run_script.ts';
import { KEY, SECRET, startTestStore, type TestStore } from '../support/store.ts';

let folder: string;
let store: TestStore;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ledgerline-roster-'));
  store = await startTestStore();
  await store.ask('/api/agencies/agency-a', { method: 'PUT', body: { name: 'Agency A' } });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

function file(content: string | Buffer): string {
  const path = join(folder, crypto.randomUUID());
  writeFileSync(path, content);
  return path;
}

const roster = (path: string, ...args: string[]) =>
  runScript('roster', [path, '--url', store.address, ...args], { LEDGERLINE_KEY: KEY, LEDGERLINE_SECRET: SECRET });

const grades = (person: string, grade: string) => `person,agency,from,grade\n${person},agency-a,2020-01-01,${grade}\n`;

async function gradeOf(person: string): Promise<unknown> {
  const { json } = await store.ask(`/api/people/${person}?asOf=2024-01-01`);
  return json.facts?.find(({ name }: { name: string }) => name === 'grade')?.value;
}

describe('npm run roster', () => {
  it('shows on a dry run what would change, records it, and the second time nothing', async () => {
    const path = file(grades('p-1', 'P3'));
    const dry = await roster(path, '--dry-run');
    expect(dry).toMatchObject({ code: 0, err: '' });
    expect(
      dry.out
        .trim()
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { person: 'p-1', agency: 'agency-a', name: 'assigned', value: true, from: '2020-01-01' },
      { person: 'p-1', agency: 'agency-a', name: 'grade', value: 'P3', from: '2020-01-01' },
    ]);
    expect(dry.out).toMatch(/2 facts would be recorded, 0 unchanged\n$/);
    expect(await gradeOf('p-1')).toBeUndefined();

    expect(await roster(path)).toEqual({ code: 0, out: '2 facts recorded, 0 unchanged\n', err: '' });
    expect(await gradeOf('p-1')).toBe('P3');
    const before = (await store.ask('/api/agencies')).json.knownAt;
    expect(await roster(path)).toEqual({ code: 0, out: '0 facts recorded, 2 unchanged\n', err: '' });
    expect((await store.ask('/api/agencies')).json.knownAt).toBe(before);
  });

  it('records a file again when another one has changed what it said', async () => {
    const [first, second] = [file(grades('p-2', 'P3')), file(grades('p-2', 'P4'))];
    for (const path of [first, second, first]) expect(await roster(path)).toMatchObject({ code: 0 });
    expect(await gradeOf('p-2')).toBe('P3');
  });

  it('takes more facts than one request holds, gzipped', async () => {
    const people = Array.from({ length: 2_600 }, (_, i) => `q-${i},agency-a,2020-01-01,P3`);
    const text = ['person,agency,from,grade', ...people].join('\n');
    expect(await roster(file(gzipSync(text)))).toMatchObject({ code: 0, out: '5200 facts recorded, 0 unchanged\n' });
    expect(await gradeOf('q-2599')).toBe('P3');
    // Packed or not, it is the same file.
    expect(await roster(file(text))).toMatchObject({ code: 0, out: '0 facts recorded, 5200 unchanged\n' });
  });

  it('sends nothing of a file with errors, and tells them line by line', async () => {
    const text = `${grades('p-3', 'P3')}p-3,agency-a,2020-13-01,P3\n,agency-a,2020-01-01,P3\n`;
    expect(await roster(file(text))).toEqual({
      code: 1,
      out: '',
      err: 'line 3: from: it is a day, YYYY-MM-DD\nline 4: person: it must be given\nroster: 2 errors, nothing is sent\n',
    });
    expect(await gradeOf('p-3')).toBeUndefined();
  });

  it('records nothing when the store refuses any line, and names the line', async () => {
    const people = Array.from(
      { length: 2_600 },
      (_, i) => `r-${i},${i === 2_550 ? 'nowhere' : 'agency-a'},2020-01-01,P3`,
    );
    const { code, out, err } = await roster(file(['person,agency,from,grade', ...people].join('\n')));
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe('line 2552: agency: the agency is declared before it is named\n');
    expect(await gradeOf('r-0')).toBeUndefined();
  });

  it('ends with 2 when it cannot be done', async () => {
    const path = file(grades('p-4', 'P3'));
    expect(await roster(path, '--secret', 'wrong')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^roster: Key or secret is wrong/),
    });
    const latin1 = file(Buffer.from(grades('p-4', 'Chargé'), 'latin1'));
    expect(await roster(latin1)).toMatchObject({ code: 2, err: expect.stringContaining('is not UTF-8 text') });
    expect(await roster(path, 'another')).toMatchObject({
      code: 2,
      err: expect.stringContaining('one FILE at a time'),
    });
  });
});
