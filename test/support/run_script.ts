import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** How a script ended, and what it wrote. */
export interface ScriptEnd {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs a script of `scripts/` to its end.
 * @param name its file's name without the extension
 * @param env beside that of the test's own process
 */
export function runScript(name: string, args: readonly string[], env: Record<string, string> = {}): Promise<ScriptEnd> {
  const { promise, resolve } = Promise.withResolvers<ScriptEnd>();
  const script = join(import.meta.dirname, `../../scripts/${name}.ts`);
  const child = spawn(process.execPath, [script, ...args], { env: { ...process.env, ...env } });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  child.on('close', (code) => resolve({ code, out, err }));
  child.stdin.end();
  return promise;
}
