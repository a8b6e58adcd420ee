import { once } from 'node:events';
import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createGracefulServer, type GracefulServer } from '../../src/http/graceful_server.ts';
import type { HeadedListener } from '../../src/http/headed_response.ts';
import { connectTo } from '../support/raw_http.ts';

let agent: Agent;
let port: number;
let server: GracefulServer;
let arrived: PromiseWithResolvers<ServerResponse>;
beforeEach(async () => {
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
  arrived = Promise.withResolvers();
  const handle: HeadedListener = (_request, response) => arrived.resolve(response);
  server = createGracefulServer(handle, ({ code }) => `HTTP/1.1 400 Bad Request\r\n\r\n${code}`, 300);
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

it.each([
  ['a record', [200, { 'X-Own': 'own' }]],
  ['a list, as Node itself may give them', [200, ['X-Own', 'own']]],
  ['a record behind the reason', [200, 'Fine', { 'X-Own': 'own' }]],
])('an answer has the headers that are given with its status as %s', async (_, given) => {
  const got = get();
  const response = await arrived.promise;
  response.writeHead(...(given as [number, Record<string, string>])).end();
  const { headers } = await got;
  expect([headers['x-own'], headers['0'], headers['1']]).toEqual(['own', undefined, undefined]);
  await server.close();
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

it('cuts off who has not sent all of a request in time, and waits for nobody else', async () => {
  await server.close();
  for (const part of ['GET / HT', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n[']) {
    server = createGracefulServer(() => {}, String, 300);
    port = await server.listen(0, '127.0.0.1');
    const socket = await connectTo(`http://127.0.0.1:${port}`);
    socket.write(part);
    const cut = once(socket, 'close');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await server.close();
    await cut;
  }
});

it('answers a request before it refuses what comes behind it and cannot be read', async () => {
  const socket = await connectTo(`http://127.0.0.1:${port}`);
  const told = text(socket);
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\nGARBAGE\r\n\r\n');
  const response = await arrived.promise;
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.write('more of it');
  response.end('answer');
  expect(await told).toMatch(/^HTTP\/1\.1 200 OK.*answerHTTP\/1\.1 400 Bad Request.*HPE_INVALID_METHOD$/s);
  await server.close();
});
