import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** The way in to a server on this machine: TCP connections as a test wants them. */
export interface Front {
  readonly port: number;
  /** Bytes no longer come through in either direction, as if the server's process were stopped. */
  hold(): void;
  /** What was held comes through. */
  release(): void;
  /** Every open connection is reset. New ones are taken. */
  drop(): void;
  /** Every connection is reset and the port is closed, as if the process had been killed. */
  shut(): Promise<void>;
  /** The port is opened again. */
  open(): Promise<void>;
}

interface Connection {
  readonly outer: Socket;
  readonly inner: Socket;
}

/** Opens a port of 127.0.0.1 whose connections go on to `target`. */
export async function startFront(target: number): Promise<Front> {
  const connections = new Set<Connection>();
  let held = false;

  const server = createServer({ noDelay: true }, (outer) => {
    const inner = connect({ port: target, host: '127.0.0.1', noDelay: true });
    const connection = { outer, inner };
    connections.add(connection);
    for (const [end, other] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      end.on('error', () => {});
      end.on('close', () => {
        connections.delete(connection);
        other.destroy();
      });
    }
    if (held) holdBack(connection);
    else letThrough(connection);
  });

  const open = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  const drop = () => {
    for (const { outer, inner } of connections) {
      outer.resetAndDestroy();
      inner.destroy();
    }
    connections.clear();
  };

  await open(0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    hold: () => {
      held = true;
      connections.forEach(holdBack);
    },
    release: () => {
      if (!held) return;
      held = false;
      connections.forEach(letThrough);
    },
    drop,
    shut: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      drop();
      await closed;
    },
    open: () => open(port),
  };
}

function letThrough({ outer, inner }: Connection): void {
  outer.pipe(inner).pipe(outer);
}

function holdBack({ outer, inner }: Connection): void {
  outer.unpipe(inner).pause();
  inner.unpipe(outer).pause();
}
