import { connect, type Socket } from 'node:net';

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
 * sockets, so that what is measured is the server. @param next undefined: there is no more
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
  const started = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      const answers = readAnswers(socket);
      while (sent < count) {
        const bytes = next(sent++);
        if (bytes === undefined) break;
        const asked = performance.now();
        socket.write(bytes);
        const { value: answer } = await answers.next();
        latencies.push(performance.now() - asked);
        if (answer === undefined) throw new Error('The server closed the connection.');
        if (answer.status < 200 || answer.status > 299) {
          throw new Error(`The server answered ${answer.status}: ${answer.body}`);
        }
      }
      socket.destroy();
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  return { seconds, latencies: latencies.sort((a, b) => a - b) };
}

export function percentile(ascending: readonly number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))]!;
}

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** Each answer, once its body has come whole. Answers have a Content-Length. */
async function* readAnswers(socket: Socket): AsyncGenerator<Answer, undefined> {
  let pending: Buffer = Buffer.alloc(0);
  for await (const chunk of socket) {
    pending = pending.length === 0 ? (chunk as Buffer) : Buffer.concat([pending, chunk as Buffer]);
    for (;;) {
      const end = pending.indexOf('\r\n\r\n');
      if (end < 0) break;
      const head = pending.toString('latin1', 0, end);
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      if (pending.length < end + 4 + length) break;
      const body = pending.subarray(end + 4, end + 4 + length);
      pending = pending.subarray(end + 4 + length);
      yield { status: Number(head.slice(9, 12)), body };
    }
  }
  return undefined;
}
