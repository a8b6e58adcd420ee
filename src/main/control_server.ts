import { randomBytes, timingSafeEqual } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { LedgerlineError } from '../errors.ts';
import type { Store } from '../store.ts';
import { issueCredential, type NewCredential, revokeCredential } from './credentials.ts';
import type { StorePaths } from './paths.ts';

/** How an operator's command finds the running store: kept in the data folder, readable by its owner alone. */
export interface ControlFile {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
}

/**
 * The door for the operator's commands (`npm run keys` and the like) while the store runs: on a port of its own that only this machine reaches, and only
 * with the token in the data folder.
 */
export async function startControl(
  store: Store,
  paths: StorePaths,
  homePage: string | undefined,
): Promise<{ close(): Promise<void> }> {
  const token = randomBytes(32).toString('hex');
  const app = express();
  app.disable('x-powered-by');
  app.use((request, _response, next) => {
    const given = Buffer.from(request.get('authorization') ?? '');
    const expected = Buffer.from(`Bearer ${token}`);
    if (given.length === expected.length && timingSafeEqual(given, expected)) return next();
    throw new LedgerlineError('unauthenticated', 'The token of the data folder is needed.');
  });
  app.use(express.json());
  app.get('/credentials', (_request, response) => {
    response.json(store.credentials().map(({ secretHash: _, ...shown }) => shown));
  });
  app.post('/credentials', async (request, response) => {
    response.json(await issueCredential(store, { homePage, ...(request.body as NewCredential) }));
  });
  app.post('/credentials/revoke', async (request, response) => {
    await revokeCredential(store, (request.body as { key: string }).key);
    response.json({});
  });
  app.post('/rebuild', async (_request, response) => {
    await store.rebuild();
    response.json({ revision: store.revision });
  });
  app.use((thrown: unknown, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
    const { code, message } =
      thrown instanceof LedgerlineError ? thrown : { code: 'internal', message: String((thrown as Error).message) };
    response.status(400).json({ error: { code, message } });
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
        server.closeAllConnections();
      });
    },
  };
}
