import { createServer, type Settings } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { openClient } from '../../src/ledger/kurrentdb/client.ts';

it('the server may send four MiB before it is told that they are read', async () => {
  const settings = Promise.withResolvers<Settings>();
  const server = createServer();
  server.on('session', (session) => session.once('remoteSettings', settings.resolve));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = openClient(`esdb://127.0.0.1:${port}?tls=false`);
  const reading = client.readStream('any');
  reading.on('error', () => {});
  expect((await settings.promise).initialWindowSize).toBe(4 * 1024 * 1024);
  reading.destroy();
  await client.dispose();
  server.close();
});
