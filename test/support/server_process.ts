import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { KEY, SECRET } from './store.ts';

const SCRIPTS = new URL('../../scripts/', import.meta.url);

/** A script of the project in a process of its own, as an operator runs it. */
export interface Script {
  readonly process: ChildProcess;
  /** What it has written so far: standard output and standard error, as they came. */
  readonly output: () => string;
  /** Resolves when it has ended. `code` is null when a signal ended it. */
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
}

/** Starts `scripts/<name>` with these settings and no others. */
export function startScript(
  name: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
  how: readonly string[] = [],
): Script {
  const file = fileURLToPath(new URL(name, SCRIPTS));
  const env = { PATH: process.env.PATH, ...settings };
  const child = spawn(process.execPath, [...how, file, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }));
  return { process: child, output: () => output, ended };
}

/** Runs a script to its end. */
export function runScript(name: string, args: readonly string[], settings: Readonly<Record<string, string>>) {
  return startScript(name, args, settings).ended;
}

/** A server in a process of its own. */
export interface ServerProcess extends Script {
  readonly address: string;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<{ readonly code: number | null; readonly output: string }>;
}

/**
 * Starts a server as `npm start` does, on any free port, with the tests' credential. @throws when it ends before it
 * listens
 */
export async function startServer(
  data: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const script = startScript('serve.ts', [], {
    LEDGERLINE_DATA: data,
    LEDGERLINE_PORT: '0',
    LEDGERLINE_KEY: KEY,
    LEDGERLINE_SECRET: SECRET,
    LEDGERLINE_READERS: '1',
    LEDGERLINE_LOG_LEVEL: 'warn',
    ...settings,
  });
  const address = await new Promise<string>((resolve, reject) => {
    script.process.stdout?.on('data', () => {
      const [, found] = /listening on (\S+);/.exec(script.output()) ?? [];
      if (found !== undefined) resolve(found);
    });
    script.ended.then(({ code, output }) => reject(new Error(`the server ended with code ${code}:\n${output}`)));
  });
  return {
    ...script,
    address,
    end(signal) {
      script.process.kill(signal);
      return script.ended;
    },
  };
}
