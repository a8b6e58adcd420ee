import { existsSync } from 'node:fs';

/** A real server that tests may use, or why there is none. */
export type RealServer = { readonly address: string; stop(): Promise<void> } | { readonly reason: string };

/** The image that is run where Docker runs. */
const IMAGE = 'eventstore/eventstore:23.10.7-jammy';

/**
 * The server that KURRENTDB_URL names; or one in a container, for `npm run test:kurrentdb` where Docker runs: no other
 * command downloads anything.
 */
export async function realServer(): Promise<RealServer> {
  const { KURRENTDB_URL: address, KURRENTDB_CONTAINER: wanted, DOCKER_HOST: host } = process.env;
  if (address) return { address, stop: async () => {} };
  if (!wanted)
    return { reason: 'KURRENTDB_URL names no server, and npm run test:kurrentdb did not ask for a container' };
  if (!host && !existsSync('/var/run/docker.sock')) {
    return { reason: 'KURRENTDB_URL names no server, and there is no Docker' };
  }
  const { KurrentDbContainer } = await import('@testcontainers/kurrentdb');
  const container = await new KurrentDbContainer(IMAGE).start();
  return { address: container.getConnectionString(), stop: async () => void (await container.stop()) };
}

/** An address with another stream in it: each test has a ledger of its own. */
export function withOwnStream(address: string): string {
  const stream = `test-${crypto.randomUUID()}`;
  return `${address}${address.includes('?') ? '&' : '?'}stream=${stream}`;
}
