import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { resolve } from 'node:path';
import { json } from 'node:stream/consumers';
import { type Config, loadConfig } from '../src/config.ts';
import { type ErrorCode, LedgerlineError } from '../src/errors.ts';
import { isKurrentAddress } from '../src/ledger/kurrentdb/address.ts';
import { type ControlFile, controlFile, doorError } from '../src/main/control_server.ts';
import { type DataLock, lockData } from '../src/main/data_lock.ts';
import { type StorePaths, storePaths } from '../src/main/paths.ts';
import { keepFilesPrivate } from './private_files.ts';

/**
 * The control door of a running store. Its answers are JSON; a refusal is thrown with the code that the store gave it.
 */
export interface Door {
  get(path: string): Promise<unknown>;
  post(path: string, body: object): Promise<unknown>;
}

/**
 * What a command does where a server runs on the data folder, and where none does: then it has the folder for itself.
 */
export interface Ways<T> {
  running(door: Door): Promise<T>;
  stopped(paths: StorePaths): Promise<T>;
}

/**
 * Where the configured store keeps what.
 * @throws `invalid_config` when the folder holds no store: a command makes none out of a mistyped name
 */
export function existingStore(config: Config): StorePaths {
  const node = storePaths(resolve(config.data), 'kurrentdb');
  const own = storePaths(resolve(config.data));
  const paths = isKurrentAddress(config.ledger) || (existsSync(node.ledger) && !existsSync(own.ledger)) ? node : own;
  if (existsSync(paths.ledger) || existsSync(paths.control)) return paths;
  const message = `There is no store in ${paths.data}: LEDGERLINE_DATA must name its data folder.`;
  throw new LedgerlineError('invalid_config', message);
}

/**
 * Reaches the store of a data folder in the way that is open: whether a server runs is told by the lock, which ends
 * with its process; a control file may be a killed server's.
 * @throws `data_in_use` when a process has the folder that answers no commands
 */
export async function reachStore<T>(paths: StorePaths, { running, stopped }: Ways<T>): Promise<T> {
  const lock = lockIfFree(paths);
  if (lock === undefined) return running(openDoor(readControl(paths)));
  try {
    if (existsSync(paths.ledger)) return await stopped(paths);
  } finally {
    lock.release();
  }
  throw new LedgerlineError('invalid_config', `No server runs on ${paths.data}, and there is no ledger in it.`);
}

/**
 * Runs a command's script: its result is the exit code; an error is told in a line, with `--help` named where the
 * arguments were wrong.
 */
export async function runCommand(name: string, run: (args: string[], config: () => Config) => Promise<number>) {
  keepFilesPrivate();
  try {
    process.exitCode = await run(process.argv.slice(2), () => loadConfig(process.env));
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    // What has no code is our own mistake.
    if (code === undefined) throw error;
    const wrongArguments = code.startsWith('ERR_PARSE_ARGS') || code === 'invalid_parameter';
    console.error(`${name}: ${message}${wrongArguments ? ' (see --help)' : ''}`);
    process.exitCode = wrongArguments ? 2 : 1;
  }
}

function lockIfFree(paths: StorePaths): DataLock | undefined {
  try {
    return lockData(paths);
  } catch (error) {
    if (error instanceof LedgerlineError && error.code === 'data_in_use') return undefined;
    throw error;
  }
}

function readControl(paths: StorePaths): ControlFile {
  try {
    return controlFile.parse(JSON.parse(readFileSync(paths.control, 'utf8')));
  } catch {
    throw noAnswer(`A process is using the data folder ${paths.data}, and takes no commands`);
  }
}

function noAnswer(what: string): LedgerlineError {
  const reason = 'it may be a server that is starting or ending, or another command';
  return new LedgerlineError('data_in_use', `${what}: ${reason}. Try again in a moment.`);
}

function openDoor({ url, token, pid }: ControlFile): Door {
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number; answer: unknown }>();
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    // No time limit: a rebuild takes as long as it takes.
    const asking = request(`${url}${path}`, { method, headers, agent: false }, async (response) => {
      await json(response).then((answer) => resolve({ status: response.statusCode!, answer }), reject);
    });
    asking.on('error', reject);
    asking.end(body === undefined ? undefined : JSON.stringify(body));
    const { status, answer } = await promise.catch(() => {
      throw noAnswer(`The server that has the data folder (process ${pid}) does not answer`);
    });
    if (status === 200) return answer;
    const { code, message } = doorError.parse(answer).error;
    throw new LedgerlineError(code as ErrorCode, message);
  };
  return { get: (path) => ask('GET', path), post: (path, body) => ask('POST', path, body) };
}
