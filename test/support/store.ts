import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { type RunningStore, startStore } from '../../src/main/start.ts';

export const KEY = 'tester';
export const SECRET = 'a secret of the tests';
export const BASIC = `Basic ${Buffer.from(`${KEY}:${SECRET}`).toString('base64')}`;

export interface Asked {
  readonly method?: string;
  /** Unless it is text or bytes, it is sent as JSON. */
  readonly body?: unknown;
  /** In front of the usual ones; null leaves one of those out. */
  readonly headers?: Readonly<Record<string, string | null>>;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly bytes: Buffer;
  /** The body as JSON. Any: what it holds is what a test is about. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
  readonly json: any;
}

/** A running store on a data folder of its own, and a client for it. */
export interface TestStore {
  readonly running: RunningStore;
  readonly address: string;
  readonly data: string;
  /** Asks `path` (with query) of the store, by default with a credential of all scopes, under xAPI 1.0.3. */
  ask(path: string, asked?: Asked): Promise<Answered>;
  /** Stops the store and starts another on the same data. `between` may damage something. */
  restart(between?: () => unknown): Promise<void>;
  close(): Promise<void>;
}

/** Starts a store as `npm start` does, on any free port. `environment` adds settings. */
export async function startTestStore(environment: Readonly<Record<string, string>> = {}): Promise<TestStore> {
  const data = mkdtempSync(join(tmpdir(), 'ledgerline-test-'));
  const config = loadConfig({
    LEDGERLINE_DATA: data,
    LEDGERLINE_PORT: '0',
    LEDGERLINE_KEY: KEY,
    LEDGERLINE_SECRET: SECRET,
    LEDGERLINE_LOG_LEVEL: 'silent',
    LEDGERLINE_READERS: '1',
    ...environment,
  });
  const start = () => startStore(config, createLog(config.logLevel));
  let running = await start();
  return {
    data,
    get running() {
      return running;
    },
    get address() {
      return running.address;
    },
    ask: (path, asked) => ask(running.address, path, asked),
    async restart(between) {
      await running.close();
      await between?.();
      running = await start();
    },
    async close() {
      await running.close();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** One request. Header names are in lower case. */
export async function ask(address: string, path: string, { method, body, headers }: Asked = {}): Promise<Answered> {
  const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  const sent: Record<string, string | null> = {
    authorization: BASIC,
    'x-experience-api-version': '1.0.3',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  };
  const response = await fetch(address + path, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: Object.entries(sent).filter((header): header is [string, string] => header[1] !== null),
    ...(body === undefined ? {} : { body: raw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const text = bytes.toString('utf8');
  return {
    status: response.status,
    headers: response.headers,
    text,
    bytes,
    get json() {
      return JSON.parse(text);
    },
  };
}
