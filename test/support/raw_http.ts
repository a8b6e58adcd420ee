import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  /** NaN when there was no answer. */
  readonly status: number;
  /** As they came, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Opens a connection to the store, for requests that no client would send. */
export async function connectTo(address: string): Promise<Socket> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

/**
 * Sends bytes as they are and reads until the store ends the connection: send `Connection: close`.
 * @param patience milliseconds after which the connection is broken off, whatever has been answered until then
 */
export async function sendRaw(address: string, request: Uint8Array | string, patience = 20_000): Promise<RawAnswer> {
  const socket = await connectTo(address);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.setTimeout(patience, () => socket.destroy());
  socket.write(request);
  await new Promise((resolve) => socket.once('close', resolve));
  return parseAnswer(Buffer.concat(chunks).toString('latin1'));
}

function parseAnswer(text: string): RawAnswer {
  const headEnd = text.indexOf('\r\n\r\n');
  const [first = '', ...lines] = text.slice(0, headEnd).split('\r\n');
  return {
    status: Number(first.split(' ')[1]),
    headers: Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    ),
    body: text.slice(headEnd + 4),
  };
}
