import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runScript, type ServerProcess, startServer } from '../support/server_process.ts';
import { aStatement, STATEMENTS } from '../support/statements.ts';
import { ask } from '../support/store.ts';

let data: string;
let first: ServerProcess;
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'ledgerline-second-'));
  first = await startServer(data);
});
afterAll(async () => {
  await first.end('SIGTERM');
  rmSync(data, { recursive: true, force: true });
});

it('a second server on the same data ends with code 1 and says why, and the first goes on', async () => {
  const second = await runScript('serve.ts', [], { LEDGERLINE_DATA: data, LEDGERLINE_PORT: '0' });
  expect(second.code).toBe(1);
  expect(second.output).toBe(
    `Another Ledgerline process is using the data folder ${data}: stop it, or choose another with LEDGERLINE_DATA.\n`,
  );
  expect((await ask(first.address, STATEMENTS, { body: aStatement() })).status).toBe(200);
  const keys = await runScript('keys.ts', ['list'], { LEDGERLINE_DATA: data });
  expect(keys, 'the way of the commands to the first server is still open').toMatchObject({ code: 0 });
});

it.each(['a-file', 'a-file/below'])(
  'a data folder that cannot be made ends with code 1 and its name: %s',
  async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'ledgerline-no-folder-'));
    writeFileSync(join(folder, 'a-file'), '');
    const LEDGERLINE_DATA = join(folder, name);
    const { code, output } = await runScript('serve.ts', [], { LEDGERLINE_DATA, LEDGERLINE_PORT: '0' });
    expect(code).toBe(1);
    expect(output).toMatch(
      /^The data folder .*a-file.* cannot be used \(E\w+: .*\): choose another with LEDGERLINE_DATA\.\n$/,
    );
    rmSync(folder, { recursive: true });
  },
);

it('a server whose port is taken ends with code 1, says so, and lets go of its data', async () => {
  const other = mkdtempSync(join(tmpdir(), 'ledgerline-port-'));
  const settings = { LEDGERLINE_DATA: other, LEDGERLINE_PORT: new URL(first.address).port };
  const second = await runScript('serve.ts', [], settings);
  const output = `Port ${settings.LEDGERLINE_PORT} of 127.0.0.1 is in use: choose another with LEDGERLINE_PORT.\n`;
  expect(second).toEqual({ code: 1, output });
  const third = await startServer(other, { LEDGERLINE_KEY: '', LEDGERLINE_SECRET: '' });
  expect(await third.end('SIGTERM')).toMatchObject({ code: 0 });
  rmSync(other, { recursive: true, force: true });
});
