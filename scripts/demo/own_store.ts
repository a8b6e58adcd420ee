import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { LedgerlineError } from '../../src/errors.ts';
import { newSecret } from '../../src/identity/secrets.ts';
import { storePaths } from '../../src/main/paths.ts';
import { startCommand } from '../start_command.ts';
import type { DemoOptions } from './options.ts';

/** The store that is loaded. */
export interface DemoStore {
  readonly url: string;
  /** A credential with all scopes. */
  readonly key: string;
  readonly secret: string;
  /** Whether it was started for the demonstration alone. */
  readonly isOwn: boolean;
  /** Its data folder, where that is known. */
  readonly data: string | undefined;
  /** Resolves when it has ended by itself. */
  readonly ended: Promise<unknown>;
  /** Ends it, and removes what was made for it. */
  stop(): Promise<void>;
}

/**
 * Starts a store as `npm start` does, and waits until it listens.
 * @throws LedgerlineError `invalid_parameter` when there is a store in the folder; `unavailable` that says why it could
 *   not be started
 */
export async function startOwnStore({ port, data: given, keep }: DemoOptions): Promise<DemoStore> {
  if (given !== undefined && existsSync(storePaths(resolve(given)).ledger)) {
    const message = `There is a store in ${given}: choose another folder with --data, or load it with --url while it runs.`;
    throw new LedgerlineError('invalid_parameter', message);
  }
  const data = given === undefined ? mkdtempSync(join(tmpdir(), 'ledgerline-demo-')) : resolve(given);
  const clear = () => {
    if (given === undefined && !keep) rmSync(data, { recursive: true, force: true });
  };
  const [key, secret] = ['demo', newSecret()];
  const child = start({
    LEDGERLINE_PORT: `${port}`,
    LEDGERLINE_DATA: data,
    LEDGERLINE_KEY: key,
    LEDGERLINE_SECRET: secret,
  });
  const ended = once(child, 'exit');
  const stop = async () => {
    // Also one that has ended by itself is waited for.
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
    clear();
  };
  try {
    return { url: await listening(child, port), key, secret, isOwn: true, data, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What the environment says of a store is about another one. */
function start(settings: Readonly<Record<string, string>>): ChildProcess {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('LEDGERLINE_'));
  return spawn(process.execPath, startCommand(), {
    env: { ...Object.fromEntries(others), ...settings, LEDGERLINE_LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C on the terminal is for us alone: we end the store when nothing is on its way to it any more.
    detached: true,
  });
}

async function listening(child: ChildProcess, port: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let [out, errors] = ['', ''];
  child.stdout!.on('data', (chunk) => {
    out += chunk;
    const [, url] = /listening on (\S+);/.exec(out) ?? [];
    if (url !== undefined) resolve(url);
  });
  child.stderr!.on('data', (chunk) => {
    errors += chunk;
  });
  child.once('close', () => {
    const why = errors.includes('is in use: choose another with LEDGERLINE_PORT')
      ? `Port ${port} is in use: choose another with --port, or load the store that listens there with --url.`
      : `The store could not be started: ${errors.trim()}`;
    reject(new LedgerlineError('unavailable', why));
  });
  const url = await promise;
  child.stderr!.pipe(process.stderr);
  return url;
}
