import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startCommand } from '../start_command.ts';

export const KEY = 'bench';
export const SECRET = 'a secret of the bench';

export interface Running {
  readonly port: number;
  /** The most memory that the process has had resident, in MiB. */
  peakMemory(): number;
  stop(): Promise<void>;
}

/** Starts the store as `npm start` does, and waits until it is ready. @param ledger as LEDGERLINE_LEDGER takes it */
export async function startStore(port: number, data: string, ledger = 'sqlite'): Promise<Running> {
  return start(startCommand(), port, {
    LEDGERLINE_PORT: `${port}`,
    LEDGERLINE_DATA: data,
    LEDGERLINE_LEDGER: ledger,
    LEDGERLINE_KEY: KEY,
    LEDGERLINE_SECRET: SECRET,
    LEDGERLINE_LOG_LEVEL: 'warn',
  });
}

/** Starts the bare echo: Express that parses a JSON body and answers it. */
export async function startEcho(port: number): Promise<Running> {
  return start([fileURLToPath(new URL('./bare_echo.ts', import.meta.url))], port, { PORT: `${port}` });
}

async function start(command: readonly string[], port: number, environment: Record<string, string>): Promise<Running> {
  const child = spawn(process.execPath, command, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await untilReady(port, child);
  return {
    port,
    peakMemory: () => {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      return Math.round(Number(/VmHWM:\s*(\d+)/.exec(status)?.[1]) / 1024);
    },
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

async function untilReady(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const ready = await fetch(`http://127.0.0.1:${port}/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`The process on port ${port} ended before it was ready.`);
}
