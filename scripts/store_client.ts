import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { z } from 'zod';

const SILENCE_MS = 60_000;

const errorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    property: z.string().optional(),
    rule: z.string().optional(),
    spec: z.string().optional(),
    id: z.string().optional(),
  }),
});

/** What is wrong, in the words of the store. */
export type StoreError = z.output<typeof errorBody>['error'];

/** The answer to one request. */
export interface StoreAnswer {
  readonly status: number;
  /** Seconds that the store asks to wait, from Retry-After. */
  readonly retryAfterSeconds?: number;
  /** The JSON of the body; undefined when it is none. */
  readonly content: unknown;
  readonly error: StoreError;
}

/** One request; `body` is JSON text. */
export interface StoreRequest {
  readonly method: string;
  /** After the store's address, with its slash. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** Asks one store as one credential, over connections that are kept. */
export interface StoreClient {
  /**
   * Asks once.
   * @throws the system's error when there is no whole answer
   */
  ask(request: StoreRequest): Promise<StoreAnswer>;
  close(): void;
}

export interface StoreClientOptions {
  /** Where the store is, without `/xapi` or `/api`. */
  readonly url: string;
  readonly key: string;
  readonly secret: string;
  readonly connections: number;
  /** Milliseconds without a byte after which a connection counts as lost; a minute where nobody says. */
  readonly silenceMs?: number;
}

/** A client of one store; not more requests than `connections` are on their way at a time. */
export function createStoreClient({
  url,
  key,
  secret,
  connections,
  silenceMs = SILENCE_MS,
}: StoreClientOptions): StoreClient {
  const secure = url.startsWith('https:');
  const agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: connections });
  const base = url.replace(/\/+$/, '');
  const authorization = `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`;

  async function ask({ method, path, headers, body }: StoreRequest): Promise<StoreAnswer> {
    const ofBody = body && { 'content-type': 'application/json', 'content-length': body.length };
    const options = { method, agent, headers: { authorization, ...ofBody, ...headers }, timeout: silenceMs };
    const target = new URL(`${base}${path}`);
    const request = secure ? httpsRequest(target, options) : httpRequest(target, options);
    request.on('timeout', () => request.destroy(new Error(`no answer within ${silenceMs / 1000} s`)));
    const response = await responseTo(request, body);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return answerOf(response, Buffer.concat(chunks).toString());
  }

  return { ask, close: () => agent.destroy() };
}

function responseTo(request: ClientRequest, body: Buffer | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('response', resolve);
    request.on('error', reject);
    request.end(body);
  });
}

function answerOf(response: IncomingMessage, text: string): StoreAnswer {
  const status = response.statusCode!;
  const content = parsed(text);
  const known = errorBody.safeParse(content);
  const retryAfter = Number(response.headers['retry-after'] ?? Number.NaN);
  return {
    status,
    ...(Number.isFinite(retryAfter) && { retryAfterSeconds: retryAfter }),
    content,
    error: known.success
      ? known.data.error
      : { code: `http_${status}`, message: text.trim().slice(0, 200) || 'no reason' },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
