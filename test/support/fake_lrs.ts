import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A statement as a client posts it. */
export type PostedStatement = Readonly<Record<string, unknown>>;

/** What the double says about a statement that it does not take; `property` is a pointer into the statement. */
export interface FakeRefusal {
  readonly property?: string;
  readonly rule: string;
  readonly spec?: string;
}

/** What happens to a post instead of being judged, or after it was stored. */
export type Accident =
  | 'drop'
  | 'drop after storing'
  | { status: number; headers?: Record<string, string>; body?: string };

export interface FakeBehaviour {
  readonly refuse?: (statement: PostedStatement) => FakeRefusal | undefined;
  /** Whether a refusal says which statement of the post it is about; it does unless this is false. */
  readonly pointsAtStatement?: boolean;
  /** Asked before each post is answered; posts are counted from 1. May wait. */
  readonly accident?: (post: number) => Accident | undefined | Promise<Accident | undefined>;
}

/** A statements resource that keeps what it takes in memory: just enough of a store for a client's tests. */
export interface FakeLrs {
  readonly url: string;
  /** What is stored, by id, in the order of arrival. */
  readonly stored: Map<string, PostedStatement>;
  /** The bodies of all posts, as they came. */
  readonly bodies: string[];
  readonly headers: IncomingMessage['headers'][];
  close(): Promise<void>;
}

/** Starts a double on a free port; the key is `key` and the secret `secret`. */
export async function startFakeLrs(behaviour: FakeBehaviour = {}): Promise<FakeLrs> {
  const { refuse = () => undefined, pointsAtStatement = true, accident = () => undefined } = behaviour;
  const stored = new Map<string, PostedStatement>();
  const bodies: string[] = [];
  const headers: IncomingMessage['headers'][] = [];

  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request)).toString();
    const post = bodies.push(body);
    headers.push(request.headers);
    const happens = await accident(post);
    if (happens === 'drop') return void request.socket.destroy();
    if (typeof happens === 'object') return void response.writeHead(happens.status, happens.headers).end(happens.body);
    if (request.method !== 'POST' || request.url !== '/xapi/statements') return void response.writeHead(404).end();
    if (request.headers.authorization !== `Basic ${btoa('key:secret')}`) {
      return fail(response, 401, { code: 'unauthenticated', message: 'no such key or secret' });
    }
    const statements: PostedStatement[] = JSON.parse(body);
    for (const [index, statement] of statements.entries()) {
      const refusal = refuse(statement);
      if (refusal === undefined) continue;
      const property = pointsAtStatement ? { property: `/${index}${refusal.property ?? ''}` } : { property: undefined };
      return fail(response, 400, {
        code: 'invalid_statement',
        message: 'a statement is wrong',
        ...refusal,
        ...property,
      });
    }
    for (const statement of statements) stored.set(String(statement.id), statement);
    if (happens === 'drop after storing') return void request.socket.destroy();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(statements.map(({ id }) => id)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stored,
    bodies,
    headers,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function fail(response: ServerResponse, status: number, error: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
}
