import { once } from 'node:events';
import { Agent, type IncomingMessage, type RequestListener, request, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createGracefulServer, type GracefulServer } from '../../src/http/graceful_server.ts';

let agent: Agent;
let port: number;
let server: GracefulServer;
let arrived: PromiseWithResolvers<ServerResponse>;
beforeEach(async () => {
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
  arrived = Promise.withResolvers();
  const handle: RequestListener = (_request, response) => arrived.resolve(response);
  server = createGracefulServer(handle);
  port = await server.listen(0, '127.0.0.1');
});
afterEach(() => agent.destroy());

async function get(): Promise<IncomingMessage> {
  const [response] = await once(request({ port, agent }).end(), 'response');
  return response;
}

it('answers what it has, and says that the connection ends with the answer', async () => {
  const got = get();
  const response = await arrived.promise;
  const closed = server.close();
  response.end('answer');
  const { headers } = await got;
  expect(headers.connection).toBe('close');
  expect(await text(await got)).toBe('answer');
  await closed;
});

it('finishes an answer whose headers were sent before, and keeps its connection open no longer', async () => {
  const got = get();
  const response = await arrived.promise;
  response.write('long ');
  const { headers } = await got;
  expect(headers.connection).toBe('keep-alive');
  const closed = server.close();
  response.end('answer');
  expect(await text(await got)).toBe('long answer');
  await closed;
});

it('closes connections that nothing is asked on, and takes no new ones', async () => {
  const got = get();
  (await arrived.promise).end('answer');
  await text(await got);
  await server.close();
  agent.destroy();
  await expect(get()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
