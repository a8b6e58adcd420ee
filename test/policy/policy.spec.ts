import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOptions } from '../../scripts/policy/options.ts';
import { runScript } from '../support/run_script.ts';
import { KEY, SECRET, startTestStore, type TestStore } from '../support/store.ts';

let folder: string;
let store: TestStore;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ledgerline-policy-'));
  store = await startTestStore();
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** Writes policy files into a folder of their own; what is no text is JSON. */
function files(contents: Readonly<Record<string, unknown>>): string {
  const path = join(folder, crypto.randomUUID());
  mkdirSync(path);
  for (const [name, content] of Object.entries(contents)) {
    writeFileSync(join(path, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return path;
}

const policy = (path: string, ...args: string[]) =>
  runScript('policy', [path, '--url', store.address, ...args], { LEDGERLINE_KEY: KEY, LEDGERLINE_SECRET: SECRET });

const course = (id: string, rest: object = {}) => ({ course: id, title: id, editions: [], completion: [], ...rest });

describe('npm run policy', () => {
  it('declares what refers to something after it, and the same again as no new version', async () => {
    const path = files({
      'a.json': {
        equivalences: [
          {
            decision: 'old-for-new',
            effect: 'counts',
            sources: [{ course: 'old' }],
            target: 'new',
            from: '2020-01-01',
            basis: { document: 'a circular' },
            decidedBy: 'a board',
          },
        ],
        courses: [course('old', { agency: 'agency-z', replacedBy: { course: 'new', from: '2020-01-01' } })],
      },
      'b.json': {
        courses: [course('new')],
        platforms: [{ platform: 'campus', name: 'Campus', authorities: [] }],
        agencies: [{ agency: 'agency-z', name: 'Agency Z', zone: 'UTC' }],
      },
      'c.txt': 'not read',
    });
    const first = await policy(path, '--authority', 'campus=account:https://lrs.example.org|a=b');
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toMatch(/5 declared, 0 unchanged, 0 refused\n$/);
    const names = [...first.out.matchAll(/^declared (.*) \(revision \d+\)$/gm)].map(([, name]) => name);
    expect(names).toEqual(['agency agency-z', 'platform campus', 'course new', 'course old', 'decision old-for-new']);
    expect((await store.ask('/api/platforms/campus')).json).toMatchObject({
      authorities: ['account:https://lrs.example.org|a=b'],
    });

    const second = await policy(path);
    expect(second.out).toContain('unchanged platform campus');
    expect(second.out).toMatch(/0 declared, 5 unchanged, 0 refused\n$/);
  });

  it('leaves the authorities that the store has where a file names none, and sets those that it names', async () => {
    const platform = (name: string, authorities: readonly string[]) =>
      files({ 'a.json': { platforms: [{ platform: 'academy', name, authorities }] } });
    const authorities = async () => (await store.ask('/api/platforms/academy')).json.authorities;
    await policy(platform('Academy', []));
    expect(await authorities()).toEqual([]);
    const [first, second] = ['a', 'b'].map((name) => `account:https://lrs.example.org|${name}`);
    await policy(platform('Academy', []), '--authority', `academy=${first}`);
    const renamed = await policy(platform('The academy', []));
    expect(renamed.out).toMatch(/1 declared, 0 unchanged, 0 refused\n$/);
    expect((await store.ask('/api/platforms/academy')).json).toMatchObject({
      name: 'The academy',
      authorities: [first],
    });
    await policy(platform('The academy', [second!]));
    expect(await authorities()).toEqual([second]);
  });

  it('tells all that is wrong in all files, and sends nothing', async () => {
    const path = files({
      'a.json': '{',
      'b.json': {
        courses: [
          course('x', { form: '2020-01-01', validity: 'a year', completion: [{ platforms: ['p'], verbs: [] }] }),
        ],
      },
      'c.json': { agencies: [{ agency: 'never-declared', name: 'A' }] },
      'd.json': { agencies: [{ agency: 'never-declared', name: 'B' }] },
    });
    const { code, err } = await policy(path);
    expect(code).toBe(1);
    const lines = err.replaceAll(`${path}/`, '').trim().split('\n');
    expect(lines.sort()).toEqual([
      expect.stringMatching(/^a\.json: not JSON: /),
      'b.json /courses/0/completion/0/verbs: must NOT have fewer than 1 items',
      "b.json /courses/0/completion/0: must have required property 'activities'",
      'b.json /courses/0/form: there is no such member; did you mean from?',
      expect.stringMatching(/^b\.json \/courses\/0\/validity: must match pattern /),
      `d.json /agencies/0: declared once; never-declared is in ${path}/c.json /agencies/0 already`.replaceAll(
        `${path}/`,
        '',
      ),
    ]);
    expect((await store.ask('/api/agencies/never-declared')).status).toBe(404);
  });

  it('tells what is wrong in conditions and expressions, and where', async () => {
    const requirement = (from: string, appliesTo: object, satisfiedBy: object = { course: 'x' }) => ({
      requirement: 'r',
      title: 'R',
      from,
      appliesTo,
      satisfiedBy,
    });
    const waiver = { waiver: 'w', requirements: ['r'], from: '2020-01-01', reason: 'r', grantedBy: 'g' };
    const path = files({
      'a.json': {
        requirements: [
          requirement('2020-01-01', { all: [{ fact: 'grade', equals: 'P3', in: ['P3'] }, { not: { fact: 'grade' } }] }),
          requirement('2021-01-01', { at: 'dutyStation', is: { fact: 'x', equals: true, unrecroded: false } }),
          requirement('2022-01-01', { all: [] }, { any: [{ atLeast: 0, of: [{ course: 'x' }] }, { boundTo: 'y' }] }),
        ],
        waivers: [waiver, { ...waiver, waiver: 'v', persons: ['P-1'], group: { all: [] } }],
        paths: [
          {
            path: 'p',
            title: 'P',
            agency: 'a',
            person: 'P-1',
            steps: [{ step: 's', title: 'S', satisfiedBy: { course: 'x' } }],
          },
        ],
      },
      'b.json': { requirements: [requirement('2020-01-01', { all: [] })] },
    });
    const { code, err } = await policy(path, '--dry-run');
    expect(code).toBe(1);
    expect(err.replaceAll(`${path}/`, '').trim().split('\n').sort()).toEqual([
      "a.json /paths/0: it is an agency's or a person's own, not both",
      'a.json /requirements/0/appliesTo/all/0: it has just one of equals, in, contains and ladder (with min, max or both)',
      'a.json /requirements/0/appliesTo/all/1/not: it has just one of equals, in, contains and ladder (with min, max or both)',
      'a.json /requirements/1/appliesTo/is/unrecroded: there is no such member; did you mean unrecorded?',
      'a.json /requirements/2/satisfiedBy/any/0/atLeast: must be >= 1',
      "a.json /requirements/2/satisfiedBy/any/1: must have required property 'course'",
      'a.json /waivers/0: it has either persons or group',
      'a.json /waivers/1: it has either persons or group',
    ]);
  });

  it('tells terms of a requirement apart by their first day, and sends what they name before them', async () => {
    const terms = (from: string, title: string) => ({
      requirement: 'drill',
      title,
      from,
      appliesTo: { fact: 'level', ladder: 'level', min: 'L1' },
      satisfiedBy: { course: 'drill' },
    });
    const path = (second: string) =>
      files({
        'a.json': {
          waivers: [
            {
              waiver: 'drill-2020',
              requirements: ['drill'],
              group: { all: [] },
              from: '2020-01-01',
              to: '2020-12-31',
              reason: 'No places.',
              grantedBy: 'Board',
            },
          ],
          requirements: [terms('2022-01-01', second), terms('2020-01-01', 'First')],
        },
        'b.json': { courses: [course('drill')], ladders: [{ ladder: 'level', ranks: ['L1', 'L2'] }] },
      });
    const first = await policy(path('Second'));
    expect([...first.out.matchAll(/^declared (.*) \(revision/gm)].map(([, name]) => name)).toEqual([
      'course drill',
      'ladder level',
      'requirement drill from 2022-01-01',
      'requirement drill from 2020-01-01',
      'waiver drill-2020',
    ]);
    const changed = await policy(path('Second, corrected'));
    expect(changed.out).toContain('declared requirement drill from 2022-01-01');
    expect(changed.out).toMatch(/1 declared, 4 unchanged, 0 refused\n$/);
    const again = files({ 'a.json': { requirements: [terms('2020-01-01', 'A'), terms('2020-01-01', 'B')] } });
    expect((await policy(again)).err).toContain('declared once; drill from 2020-01-01 is in');
  });

  it('says where the file is refused, and declares the others', async () => {
    const path = files({
      'a.json': {
        courses: [course('lonely', { replacedBy: { course: 'nowhere', from: '2020-01-01' } }), course('fine')],
      },
    });
    const { code, out, err } = await policy(path);
    expect(code).toBe(1);
    expect(err).toBe(
      `refused course lonely: ${path}/a.json /courses/0/replacedBy/course: the course is declared before it is named\n`,
    );
    expect(out).toMatch(/1 declared, 0 unchanged, 1 refused\n$/);
  });

  it('only reads on a dry run, and knows which platforms there are', async () => {
    const path = files({ 'a.json': { agencies: [{ agency: 'dry', name: 'Dry' }] } });
    expect(await policy(path, '--dry-run')).toEqual({ code: 0, out: '1 declarations can be sent\n', err: '' });
    expect((await store.ask('/api/agencies/dry')).status).toBe(404);
    expect(await policy(path, '--authority', 'campus=mailto:a@example.org')).toEqual({
      code: 1,
      out: '',
      err: '--authority: no file declares campus\n',
    });
  });

  it('ends with 2 when it cannot be done', async () => {
    const path = files({ 'a.json': { agencies: [{ agency: 'dry', name: 'Dry' }] } });
    expect(await policy(path, '--secret', 'wrong')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^policy: Key or secret is wrong/),
    });
    expect(await policy(files({}))).toMatchObject({ code: 2, err: expect.stringContaining('There is no *.json file') });
  });
});

describe('the options of npm run policy', () => {
  const env = { LEDGERLINE_KEY: 'key', LEDGERLINE_SECRET: 'secret' };

  it('put the authorities of a platform together', () => {
    const args = ['a', '--authority', 'p=mailto:a@Example.org', '--authority', 'p=openid:https://a.example.org/?b=c'];
    expect(readOptions(args, env)).toMatchObject({
      path: 'a',
      authorities: new Map([['p', ['mailto:a@example.org', 'openid:https://a.example.org/?b=c']]]),
    });
  });

  it.each([['p'], ['p='], ['=mailto:a@example.org'], ['p=somebody']])('do not take %s for an authority', (text) => {
    expect(() => readOptions(['a', '--authority', text], env)).toThrow(`--authority cannot be ${text}`);
  });
});
