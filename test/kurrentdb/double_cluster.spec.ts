import { setTimeout as delay } from 'node:timers/promises';
import {
  AccessDeniedError,
  BACKWARDS,
  DeadlineExceededError,
  END,
  NotLeaderError,
  UnavailableError,
} from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KurrentDouble } from '../support/kurrentdb_double/double.ts';
import { closeAll, cluster, connect, double, event, read, STREAM, WAYS } from './given_double.ts';
import { aCertificate, type GivenCertificate } from './given_tls.ts';

afterEach(closeAll);

describe('a cluster', () => {
  const MUST_LEAD = { requiresLeader: true };

  it('tells the client who leads, whichever node is asked', async () => {
    const { nodes, address, changeLeader, events } = await cluster(3);
    changeLeader(2);
    const seeds = nodes.map(({ endpoint }) => `esdb+discover://${endpoint.host}:${endpoint.port}?tls=false`);
    for (const seed of [address, ...seeds]) await connect(seed).appendToStream(STREAM, event('x'), MUST_LEAD);
    expect(events(STREAM)).toHaveLength(4);
  });

  it.each(WAYS)('sends the writer to the new leader: %s append', async (_way, how) => {
    const { nodes, address, changeLeader } = await cluster(3);
    const client = connect(address);
    await client.appendToStream(STREAM, event('a'), { ...MUST_LEAD, ...how });
    changeLeader(1);
    const refused = client.appendToStream(STREAM, event('b'), { ...MUST_LEAD, ...how });
    await expect(refused).rejects.toThrow(NotLeaderError);
    await expect(refused).rejects.toMatchObject({
      leader: { address: nodes[1]!.endpoint.host, port: nodes[1]!.endpoint.port },
    });
    await client.appendToStream(STREAM, event('c'), { ...MUST_LEAD, ...how });
    expect(await read(client, MUST_LEAD)).toEqual(['0 a', '1 c']);
  });

  it('passes appends on from followers, unless the leader is required', async () => {
    const { nodes } = await cluster(2);
    const client = connect(nodes[1]!.address);
    await client.appendToStream(STREAM, event('a'));
    expect(await read(client)).toEqual(['0 a']);
    await expect(read(client, MUST_LEAD)).rejects.toThrow(NotLeaderError);
  });

  it('has followers that wait for a stopped leader, and give up on a dead one', async () => {
    const { nodes, events } = await cluster(2);
    const [leader, follower] = nodes;
    leader!.stopAnswering();
    const appended = connect(follower!.address).appendToStream(STREAM, event('a'));
    expect(await Promise.race([appended, delay(100, 'pending')])).toBe('pending');
    expect(events(STREAM)).toEqual([]);
    leader!.goOn();
    await appended;
    await leader!.refuse();
    const refused = connect(follower!.address).appendToStream(STREAM, event('b'));
    await expect(refused).rejects.toThrow(DeadlineExceededError);
    expect(events(STREAM)).toHaveLength(1);
  });

  it('goes on with another leader when the first is killed', async () => {
    const { nodes, address, changeLeader, events } = await cluster(3);
    const client = connect(address);
    await client.appendToStream(STREAM, event('a'));
    await nodes[0]!.refuse();
    changeLeader(1);
    await expect(client.appendToStream(STREAM, event('b'))).rejects.toThrow(UnavailableError);
    await client.appendToStream(STREAM, event('c'), MUST_LEAD);
    expect(events(STREAM)).toHaveLength(2);
  });

  it.each(WAYS)('takes nothing without a leader, and can be read: %s append', async (_way, how) => {
    const { nodes, changeLeader, events } = await cluster(3);
    const client = connect(nodes[0]!.address);
    await client.appendToStream(STREAM, event('a'), how);
    changeLeader(undefined);
    await expect(client.appendToStream(STREAM, event('b'), how)).rejects.toThrow('Server Is Not Ready');
    expect(await read(client)).toEqual(['0 a']);
    await expect(read(client, MUST_LEAD)).rejects.toThrow(UnavailableError);
    changeLeader(0);
    await client.appendToStream(STREAM, event('c'), how);
    expect(events(STREAM)).toHaveLength(2);
  });

  it('has followers that are behind', async () => {
    const { nodes } = await cluster(2);
    const [leader, follower] = nodes.map(({ address }) => connect(address));
    await leader!.appendToStream(STREAM, event('a'));
    nodes[1]!.fallBehind();
    await leader!.appendToStream(STREAM, event('b'));
    expect(await read(follower!)).toEqual(['0 a']);
    expect(await read(follower!, { direction: BACKWARDS, fromRevision: END, maxCount: 1 })).toEqual(['0 a']);
    expect(await read(leader!)).toEqual(['0 a', '1 b']);
    const next = follower!.subscribeToStream(STREAM, { fromRevision: 0n });
    const seen = new Promise<bigint>((resolve) => {
      next.on('data', ({ event: each }) => resolve(each!.revision));
    });
    nodes[1]!.catchUp();
    expect(await seen).toBe(1n);
  });
});

describe('over TLS', () => {
  let given: GivenCertificate;
  beforeEach(() => {
    given = aCertificate();
  });
  afterEach(() => given.remove());

  const as = (user: string, server: KurrentDouble) =>
    connect(server.address.replace('esdb://', `esdb://${user}`).concat(`&tlsCAFile=${given.file}`));

  it('speaks to clients that trust its certificate, and to no others', async () => {
    const server = await double({ tls: given.tls });
    const client = as('', server);
    await client.appendToStream(STREAM, event('a'));
    expect(await read(client)).toEqual(['0 a']);
    await expect(connect(server.address).appendToStream(STREAM, event('b'))).rejects.toThrow('self-signed certificate');
    await expect(
      connect(server.address.replace('tls=true', 'tls=false')).appendToStream(STREAM, event('b')),
    ).rejects.toThrow();
    expect(server.events(STREAM)).toHaveLength(1);
  });

  it('asks for user and password', async () => {
    const server = await double({ tls: given.tls, users: { writer: 'secret' } });
    await as('writer:secret@', server).appendToStream(STREAM, event('a'));
    expect(await read(as('writer:secret@', server))).toEqual(['0 a']);
    for (const user of ['', 'writer:wrong@', 'nobody:secret@']) {
      await expect(as(user, server).appendToStream(STREAM, event('b'))).rejects.toThrow(AccessDeniedError);
      await expect(read(as(user, server))).rejects.toThrow(AccessDeniedError);
    }
    const credentials = (password: string) => ({ credentials: { username: 'writer', password } });
    await as('', server).appendToStream(STREAM, event('c'), credentials('secret'));
    await expect(as('', server).appendToStream(STREAM, event('d'), credentials('wrong'))).rejects.toThrow(
      AccessDeniedError,
    );
    expect(server.events(STREAM)).toHaveLength(2);
  });
});
