import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestStore, type TestStore } from '../support/store.ts';
import { answersIn, contains, fits, runSteps, type Step, stepsOf } from './page.ts';

const PROJECT = join(import.meta.dirname, '../..');
const NEEDED = ['package.json', 'node_modules', 'scripts'];

/** Where the pages find the store, and the credential that it starts with. */
const ADDRESS = 'http://127.0.0.1:8080';
const STARTED = { LEDGERLINE_DATA: 'try-out', LEDGERLINE_KEY: 'admin', LEDGERLINE_SECRET: 'admin-secret' };

describe('the guides', () => {
  let folder: string;
  let store: TestStore;
  beforeEach(async () => {
    // What the commands need of the project's folder, apart from it: the pages write files where they run.
    folder = mkdtempSync(join(tmpdir(), 'ledgerline-guide-'));
    for (const name of NEEDED) symlinkSync(join(PROJECT, name), join(folder, name));
    store = await startTestStore({ ...STARTED, LEDGERLINE_DATA: join(folder, STARTED.LEDGERLINE_DATA) });
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const atStore = (step: Step): Step => ({ ...step, commands: step.commands.replaceAll(ADDRESS, store.address) });

  // Each starts a dozen processes.
  it.each(['auditor', 'compliance', 'hr-officer', 'paths-and-cohorts', 'policy-editor'])(
    'docs/guide/%s.md runs as written, and shows what is answered',
    async (name) => {
      const page = readFileSync(join(PROJECT, `docs/guide/${name}.md`), 'utf8');
      expect(page).toContain(
        Object.entries(STARTED)
          .map(([setting, value]) => `${setting}=${value}`)
          .join(' '),
      );
      const steps = stepsOf(page);
      const silent = steps.filter(({ json, lines }) => json.length + lines.length === 0);
      expect(silent.filter(({ commands }) => /^(curl -u|npm|LEDGERLINE)/m.test(commands))).toEqual([]);

      const outputs = await runSteps(steps.map(atStore), folder);
      expect(outputs).toHaveLength(steps.length);
      for (const [i, { commands, json, lines }] of steps.entries()) {
        const answers = answersIn(outputs[i]!);
        const missing = json.filter((shown) => !answers.some((answer) => contains(answer, shown)));
        expect(missing, `${commands}\n${outputs[i]}`).toEqual([]);
        const written = outputs[i]!.split(/\r?\n/);
        const unwritten = lines.filter((shown) => !written.some((line) => fits(line, shown)));
        expect(unwritten, `${commands}\n${outputs[i]}`).toEqual([]);
      }
    },
    180_000,
  );

  it('are held to every answer: a refused request, or an unexpected success, ends the page', async () => {
    const step = (commands: string, refused = false) => atStore({ commands, refused, json: [], lines: [] });
    const found = `curl -u admin:admin-secret ${ADDRESS}/api/courses\n`;
    const lost = `curl -u admin:admin-secret ${ADDRESS}/api/courses/none\n`;
    expect(await runSteps([step(found), step(lost, true)], folder)).toHaveLength(2);
    for (const wrong of [step(lost + found), step(`X=$(${lost.trim()} | cat)\n${found}`), step(found, true)]) {
      await expect(runSteps([wrong], folder)).rejects.toThrow('the page ends with code');
    }
  });
});

describe('what a page shows', () => {
  it('is part of the answer, in its order', () => {
    const answer = { a: 'one two', list: [{ n: 1, more: true }, { n: 2 }, { n: 3 }], none: null };
    for (const shown of [{}, { a: '… two' }, { list: [{ n: 1 }, { n: 3 }] }, { none: null }]) {
      expect(contains(answer, shown), JSON.stringify(shown)).toBe(true);
    }
    for (const shown of [{ a: 'two' }, { b: '…' }, { list: [{ n: 3 }, { n: 1 }] }, { list: {} }, { none: false }, []]) {
      expect(contains(answer, shown), JSON.stringify(shown)).toBe(false);
    }
  });
});
