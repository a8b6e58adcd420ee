import { connect } from 'node:net';

/** What a run of requests took. */
export interface Load {
  readonly seconds: number;
  /** Milliseconds, one for each request, ascending. */
  readonly latencies: readonly number[];
}

/** A request ready to be sent. */
export function request(method: string, path: string, headers: Readonly<Record<string, string>>, body = ''): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(
    `${method} ${path} HTTP/1.1\r\nHost: bench\r\n${lines.join('')}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/**
 * Sends `count` requests over some connections, one at a time on each, and waits for every answer. A plain client on
 * sockets, without streams and promises for each request: what it takes of the processors, the server lacks.
 * @param next undefined: there is no more
 * @throws when an answer is not 2xx
 */
export async function load(
  port: number,
  connections: number,
  count: number,
  next: (i: number) => Buffer | undefined,
): Promise<Load> {
  const latencies: number[] = [];
  let sent = 0;
  const take = () => (sent < count ? next(sent++) : undefined);
  const started = performance.now();
  await Promise.all(
    Array.from({ length: connections }, () => {
      return askOneByOne(port, take, (milliseconds) => latencies.push(milliseconds));
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  return { seconds, latencies: latencies.sort((a, b) => a - b) };
}

/** Resolves when there is nothing more to ask, and all is answered. */
function askOneByOne(
  port: number,
  take: () => Buffer | undefined,
  onAnswer: (milliseconds: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let pending: Buffer | undefined;
    let asked = 0;
    const ask = () => {
      const bytes = take();
      if (bytes === undefined) {
        resolve();
        socket.destroy();
        return;
      }
      asked = performance.now();
      socket.write(bytes);
    };
    const callback = (length: number, bytes: Uint8Array) => {
      const chunk = Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, length);
      const all = pending === undefined ? chunk : Buffer.concat([pending, chunk]);
      const answer = answerIn(all);
      if (answer === undefined) {
        // The socket reads into the same bytes again.
        pending = pending === undefined ? Buffer.from(chunk) : all;
        return true;
      }
      onAnswer(performance.now() - asked);
      pending = undefined;
      if (answer.status >= 200 && answer.status <= 299) ask();
      else reject(new Error(`The server answered ${answer.status}: ${answer.body}`));
      return true;
    };
    const onread = { buffer: Buffer.alloc(READ_BYTES), callback };
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread }, ask);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('The server closed the connection.')));
  });
}

const READ_BYTES = 64 * 1024;

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** The answer, once its body has come whole: it is the only one, and has a Content-Length. */
function answerIn(bytes: Buffer): Answer | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = bytes.toString('latin1', 0, end);
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  if (bytes.length < end + 4 + length) return undefined;
  return { status: Number(head.slice(9, 12)), body: bytes.subarray(end + 4) };
}

export function percentile(ascending: readonly number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))]!;
}
