import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { z } from 'zod';

/** Milliseconds without a byte from the store after which a connection counts as lost. */
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

/** The answer to one post. */
export interface Answer {
  readonly status: number;
  /** Seconds that the store asks to wait, from Retry-After. */
  readonly retryAfterSeconds?: number;
  /** How many ids the store answered with, when that is what it answered. */
  readonly accepted?: number;
  readonly error: StoreError;
}

/** Posts statements to one store, over connections that are kept. */
export interface Client {
  /**
   * Posts a JSON array of statements once.
   * @throws the system's error when there is no whole answer
   */
  post(body: Buffer): Promise<Answer>;
  close(): void;
}

export interface ClientOptions {
  /** Where the store is, without `/xapi/statements`. */
  readonly url: string;
  readonly key: string;
  readonly secret: string;
  readonly xapiVersion: string;
  readonly connections: number;
}

/** A client of the statements resource; not more posts than `connections` are on their way at a time. */
export function createClient({ url, key, secret, xapiVersion, connections }: ClientOptions): Client {
  const secure = url.startsWith('https:');
  const agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: connections });
  const target = new URL(`${url.replace(/\/+$/, '')}/xapi/statements`);
  const headers = {
    authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`,
    'content-type': 'application/json',
    'x-experience-api-version': xapiVersion,
  };

  async function post(body: Buffer): Promise<Answer> {
    const options = {
      method: 'POST',
      agent,
      headers: { ...headers, 'content-length': body.length },
      timeout: SILENCE_MS,
    };
    const request = secure ? httpsRequest(target, options) : httpRequest(target, options);
    request.on('timeout', () => request.destroy(new Error(`no answer within ${SILENCE_MS / 1000} s`)));
    const response = await responseTo(request, body);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return answerOf(response, Buffer.concat(chunks).toString());
  }

  return { post, close: () => agent.destroy() };
}

function responseTo(request: ClientRequest, body: Buffer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('response', resolve);
    request.on('error', reject);
    request.end(body);
  });
}

function answerOf(response: IncomingMessage, text: string): Answer {
  const status = response.statusCode!;
  const content = parsed(text);
  const known = errorBody.safeParse(content);
  const retryAfter = Number(response.headers['retry-after'] ?? Number.NaN);
  return {
    status,
    ...(Number.isFinite(retryAfter) && { retryAfterSeconds: retryAfter }),
    ...(Array.isArray(content) && { accepted: content.length }),
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
