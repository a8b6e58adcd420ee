import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { describe, expect, it } from 'vitest';
import { openClient } from '../../src/ledger/kurrentdb/client.ts';
import { aCertificate } from './given_tls.ts';

describe('TLS to a node that is named by its IP address', () => {
  it('connects, without a server name, as the client asks for it', async () => {
    const certificate = aCertificate();
    const server = tls.createServer({ key: certificate.tls.key, cert: certificate.tls.certificate });
    const named = once(server, 'secureConnection');
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    // What the module does to make clients is done when it is loaded.
    expect(openClient).toBeTypeOf('function');
    const options = { host: '127.0.0.1', port, servername: '127.0.0.1', ca: certificate.tls.certificate };
    const socket = tls.connect({ ...options, checkServerIdentity: () => undefined });
    await once(socket, 'secureConnect');
    const [accepted] = (await named) as [tls.TLSSocket & { servername: string | false }];
    expect(accepted.servername).toBe(false);
    socket.destroy();
    server.close();
    certificate.remove();
  });
});
