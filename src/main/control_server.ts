import { randomBytes, timingSafeEqual } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { z } from 'zod';
import { LedgerlineError } from '../errors.ts';
import type { Store } from '../store.ts';
import {
  credentialKey,
  credentialRequest,
  issueCredential,
  readRequest,
  revokeCredential,
  shownCredentials,
} from './credentials.ts';
import type { StorePaths } from './paths.ts';

/** How an operator's command finds the running store: kept in the data folder, readable by its owner alone. */
export const controlFile = z.object({ url: z.url(), token: z.string(), pid: z.int() });
export type ControlFile = Readonly<z.output<typeof controlFile>>;

/** The body of every refusal at the door. */
export const doorError = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/**
 * The door for the operator's commands (`npm run keys` and the like) while the store runs: on a port of its own that
 * only this machine reaches, and only with the token in the data folder.
 */
export async function startControl(
  store: Store,
  paths: StorePaths,
  homePage: string | undefined,
): Promise<{ close(): Promise<void> }> {
  const token = randomBytes(32).toString('hex');
  const app = express();
  app.disable('x-powered-by');
  app.use((request, response, next) => {
    // No command asks twice, and a connection kept open would hold up the end of the store.
    response.setHeader('Connection', 'close');
    const given = Buffer.from(request.get('authorization') ?? '');
    const expected = Buffer.from(`Bearer ${token}`);
    if (given.length === expected.length && timingSafeEqual(given, expected)) return next();
    throw new LedgerlineError('unauthenticated', 'The token of the data folder is needed.');
  });
  app.use(express.json());
  app.get('/credentials', (_request, response) => {
    response.json(shownCredentials(store));
  });
  app.post('/credentials', async (request, response) => {
    const asked = readRequest(credentialRequest, request.body);
    response.json(await issueCredential(store, { ...asked, homePage }));
  });
  app.post('/credentials/revoke', async (request, response) => {
    await revokeCredential(store, readRequest(credentialKey, request.body).key);
    response.json({});
  });
  app.post('/merge', async (request, response) => {
    readRequest(z.strictObject({}), request.body);
    await store.merge();
    response.json({});
  });
  app.post('/rebuild', async (request, response) => {
    readRequest(z.strictObject({}), request.body);
    await store.rebuild();
    response.json({ revision: store.revision });
  });
  app.use((request) => {
    throw new LedgerlineError('not_found', `There is nothing at ${request.path}.`);
  });
  app.use((thrown: unknown, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
    const { code, message } = asLedgerlineError(thrown);
    response.status(code === 'internal' ? 500 : 400).json({ error: { code, message } });
  });
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const file: ControlFile = { url: `http://127.0.0.1:${port}`, token, pid: process.pid };
  rmSync(paths.control, { force: true });
  writeFileSync(paths.control, JSON.stringify(file), { mode: 0o600, flag: 'wx' });
  return {
    async close() {
      rmSync(paths.control, { force: true });
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeIdleConnections();
      });
    },
  };
}

function asLedgerlineError(thrown: unknown): LedgerlineError {
  if (thrown instanceof LedgerlineError) return thrown;
  const { status, message } = thrown as { status?: number; message: string };
  return new LedgerlineError(status !== undefined && status < 500 ? 'invalid_body' : 'internal', message);
}
