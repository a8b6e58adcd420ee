import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHUNK } from '../../src/ledger/kurrentdb/blob_chunks.ts';
import type { BlobStreams } from '../../src/ledger/kurrentdb/blob_streams.ts';
import { plainCredentials } from '../../src/ledger/kurrentdb/plain_appender.ts';
import type { KurrentDouble } from '../support/kurrentdb_double/double.ts';
import type { AppendFault } from '../support/kurrentdb_double/faults.ts';
import {
  aContent,
  aStream,
  blobStreams,
  brings,
  type Content,
  closeBlobs,
  contentOf,
  dyingAfter,
  gather,
  put,
  streamOf,
} from './given_blobs.ts';
import { closeAll, cluster, double } from './given_double.ts';
import { aCertificate, type GivenCertificate } from './given_tls.ts';

afterEach(async () => {
  await closeBlobs();
  await closeAll();
});

/** The server that is given, too, where one is. */
const SERVERS: [string, () => Promise<string>][] = [['the test double', async () => (await double()).address]];
if (process.env.KURRENTDB_URL) SERVERS.push(['a real server', async () => process.env.KURRENTDB_URL!]);

describe.each(SERVERS)('blobs in streams of %s', (_name, start) => {
  let address: string;
  let stream: string;
  let streams: BlobStreams;
  beforeEach(async () => {
    address = await start();
    stream = aStream();
    streams = blobStreams(address, stream);
  });

  it.each([
    ['empty', 0],
    ['of one byte', 1],
    ['of one chunk', CHUNK],
    ['of one chunk and a byte', CHUNK + 1],
    ['of several chunks', 3 * CHUNK + 17],
  ])('content %s comes back as it was published', async (_size, length) => {
    const content = aContent(length);
    expect(await streams.has(content.sha256)).toBe(false);
    await streams.publish(content, content.from);
    expect(await streams.has(content.sha256)).toBe(true);
    expect(await brings(blobStreams(address, stream).read(content.sha256), content)).toBe(true);
  });

  it('what nobody has published is missing', async () => {
    await expect(gather(streams.read(aContent(1).sha256))).rejects.toMatchObject({ code: 'damaged' });
  });

  it('what is published is not read again to be published again', async () => {
    const content = aContent(CHUNK + 1);
    await streams.publish(content, content.from);
    await streams.publish(content, () => expect.unreachable());
  });

  it('the same content published by several at once is stored once', async () => {
    const content = aContent(5 * CHUNK + 1);
    const publishers = [streams, streams, blobStreams(address, stream), blobStreams(address, stream)];
    await Promise.all(publishers.map((each) => each.publish(content, content.from)));
    expect(await brings(streams.read(content.sha256), content)).toBe(true);
  });

  it('after a crash in the middle it is missing, and the next upload goes on behind what is there', async () => {
    const content = aContent(4 * CHUNK + 1);
    await expect(streams.publish(content, dyingAfter(content, 2))).rejects.toThrow('killed');
    expect(await streams.has(content.sha256)).toBe(false);
    await expect(gather(streams.read(content.sha256))).rejects.toMatchObject({ code: 'damaged' });

    const starts: number[] = [];
    await streams.publish(content, (from) => {
      starts.push(from);
      return content.from(from);
    });
    expect(starts).toEqual([2 * CHUNK]);
    expect(await brings(streams.read(content.sha256), content)).toBe(true);
  });

  it('a content that is shorter or longer than was said is refused', async () => {
    const content = aContent(2 * CHUNK + 5);
    for (const bytes of [content.bytes.subarray(0, -1), content.bytes.subarray(0, CHUNK)]) {
      const publishing = streams.publish(content, contentOf(bytes).from);
      await expect(publishing).rejects.toMatchObject({ code: 'damaged' });
    }
    const longer = contentOf(Buffer.concat([content.bytes, content.bytes]));
    await expect(streams.publish(content, longer.from)).rejects.toMatchObject({ code: 'damaged' });
    expect(await streams.has(content.sha256)).toBe(false);
    await streams.publish(content, content.from);
  });

  it.each([
    ['of another type', { type: 'other', metadata: { index: 0, count: 1, length: 3 } }],
    ['without metadata', { metadata: {} }],
    ['of another place', { metadata: { index: 1, count: 2, length: CHUNK + 3 } }],
    ['of another length', { metadata: { index: 0, count: 1, length: 4 } }],
  ])('a stream with an event %s is damaged', async (_what, event) => {
    const content = aContent(3);
    await put(address, streamOf(stream, content), { data: content.bytes, ...event });
    const damaged = { code: 'damaged' };
    await expect(gather(streams.read(content.sha256))).rejects.toMatchObject(damaged);
    await expect(streams.has(content.sha256)).rejects.toMatchObject(damaged);
    await expect(streams.publish(content, content.from)).rejects.toMatchObject(damaged);
  });

  it('a reading that is broken off leaves the connection usable', async () => {
    const content = aContent(20 * CHUNK);
    await streams.publish(content, content.from);
    for (let i = 0; i < 5; i++) {
      for await (const chunk of streams.read(content.sha256)) {
        expect(chunk.length).toBe(CHUNK);
        break;
      }
    }
    expect(await brings(streams.read(content.sha256), content)).toBe(true);
  });
});

describe('when the cluster fails', () => {
  let server: KurrentDouble;
  let stream: string;
  let streams: BlobStreams;
  let content: Content;
  beforeEach(async () => {
    server = await double();
    stream = aStream();
    streams = blobStreams(server.address, stream, 500);
    content = aContent(2 * CHUNK + 1);
  });
  const stored = () => server.events(streamOf(stream, content));

  it.each<AppendFault>([
    'unavailable, not stored',
    'unavailable, stored',
    'connection dropped, not stored',
    'connection dropped, stored',
    'wrong expected revision, stored',
  ])('publishes in spite of: %s', async (fault) => {
    server.faults.push(undefined, fault);
    await streams.publish(content, content.from);
    expect(stored()).toHaveLength(3);
    expect(await brings(streams.read(content.sha256), content)).toBe(true);
  });

  it.each<AppendFault>(['never answered, not stored', 'never answered, stored', 'timed out, stored', 'not ready'])(
    'refuses, and publishes when asked again, after: %s',
    async (fault) => {
      server.faults.push(undefined, fault, fault);
      await expect(streams.publish(content, content.from)).rejects.toMatchObject({
        code: 'unavailable',
        details: { retryAfterSeconds: 1 },
      });
      server.faults.splice(0);
      await streams.publish(content, content.from);
      expect(stored()).toHaveLength(3);
    },
  );

  it('an append that fails leaves those of other blobs alone', async () => {
    const other = aContent(CHUNK);
    const late = Promise.withResolvers<void>();
    server.faults.push({ answeredAfter: () => late.promise }, 'never answered, not stored');
    const patient = blobStreams(server.address, stream).publish(other, other.from);
    await expect(streams.publish(content, content.from)).rejects.toMatchObject({ code: 'unavailable' });
    late.resolve();
    await patient;
    expect(await streams.has(other.sha256)).toBe(true);
  });

  it('a server that has stopped answering is unavailable, for every question, and is asked again later', async () => {
    await streams.publish(content, content.from);
    const unavailable = { code: 'unavailable' };
    server.stopAnswering();
    const new_ = aContent(1);
    await expect(streams.publish(new_, new_.from)).rejects.toMatchObject(unavailable);
    await expect(streams.has(content.sha256)).rejects.toMatchObject(unavailable);
    await expect(gather(streams.read(content.sha256))).rejects.toMatchObject(unavailable);
    server.goOn();
    await streams.publish(new_, new_.from);
    expect(await brings(streams.read(content.sha256), content)).toBe(true);
  });

  it('a server that is gone is unavailable, and one that is back is found', async () => {
    await streams.publish(content, content.from);
    await server.refuse();
    await expect(streams.has(content.sha256)).rejects.toMatchObject({ code: 'unavailable' });
    await server.accept();
    await expect.poll(() => streams.has(content.sha256).catch(() => false)).toBe(true);
  });

  it('a server that takes less than a chunk in one append is told of', async () => {
    const small = await double({ maxAppendSize: 1_000 });
    const refused = blobStreams(small.address, stream).publish(content, content.from);
    await expect(refused).rejects.toMatchObject({ code: 'too_large' });
  });

  it('follows the leader', async () => {
    const { address, nodes, changeLeader } = await cluster(3);
    const following = blobStreams(address, stream);
    await following.publish(content, content.from);
    changeLeader(1);
    nodes[0]!.fallBehind();
    const next = aContent(CHUNK + 1);
    await following.publish(next, next.from);
    expect(await brings(following.read(next.sha256), next)).toBe(true);
    changeLeader(2);
    expect(await following.has(content.sha256)).toBe(true);
  });
});

describe('a blob of 64 MiB is never in memory whole', () => {
  const LENGTH = 128 * CHUNK;

  it('content is read no further than what is appended', async () => {
    const server = await double();
    const stream = aStream();
    const blob = { sha256: 'f'.repeat(64), length: LENGTH };
    const piece = new Uint8Array(65_536);
    let [given, furthest] = [0, 0];
    async function* content() {
      for (; given < LENGTH; given += piece.length) {
        furthest = Math.max(furthest, given - server.events(streamOf(stream, blob)).length * CHUNK);
        yield piece;
      }
    }
    await blobStreams(server.address, stream).publish(blob, content);
    expect(server.events(streamOf(stream, blob))).toHaveLength(128);
    expect(furthest).toBeLessThanOrEqual(CHUNK);
  });

  it('a slow reader slows the server down', async () => {
    const server = await double();
    const streams = blobStreams(server.address, aStream());
    const content = aContent(LENGTH);
    await streams.publish(content, content.from);
    const reading = streams.read(content.sha256);
    await reading.next();
    let sent = -1;
    while (sent < server.eventsSent) {
      sent = server.eventsSent;
      await delay(300);
    }
    expect(sent).toBeLessThan(48);
    let length = CHUNK;
    for await (const chunk of reading) length += chunk.length;
    expect(length).toBe(LENGTH);
  });
});

describe('over TLS', () => {
  let certificate: GivenCertificate;
  beforeEach(() => {
    certificate = aCertificate();
  });
  afterEach(() => certificate.remove());

  it.each([
    ['without a user', undefined, ''],
    ['as a user', { writer: 'a secret' }, 'writer:a%20secret@'],
  ])('publishes %s, also what others publish at the same time', async (_who, users, user) => {
    const server = await double({ tls: certificate.tls, ...(users && { users }) });
    const address = `${server.address.replace('//', `//${user}`)}&tlsCAFile=${certificate.file}`;
    const stream = aStream();
    const content = aContent(2 * CHUNK + 1);
    const publishers = [blobStreams(address, stream), blobStreams(address, stream)];
    await Promise.all(publishers.map((each) => each.publish(content, content.from)));
    expect(server.events(streamOf(stream, content))).toHaveLength(3);
    expect(await brings(publishers[0]!.read(content.sha256), content)).toBe(true);
  });

  it('refuses, and publishes when asked again without a user, where an append is not answered', async () => {
    const server = await double({ tls: certificate.tls });
    const streams = blobStreams(`${server.address}&tlsCAFile=${certificate.file}`, aStream(), 500);
    const content = aContent(CHUNK + 1);
    server.faults.push('never answered, not stored');
    await expect(streams.publish(content, content.from)).rejects.toMatchObject({ code: 'unavailable' });
    await streams.publish(content, content.from);
    expect(await brings(streams.read(content.sha256), content)).toBe(true);
  });

  it('is refused with a wrong password', async () => {
    const server = await double({ tls: certificate.tls, users: { writer: 'secret' } });
    const address = `${server.address.replace('//', '//writer:wrong@')}&tlsCAFile=${certificate.file}`;
    const content = aContent(1);
    const refused = blobStreams(address, aStream()).publish(content, content.from);
    await expect(refused).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('how the client is made to append plainly', () => {
  it.each([
    ['esdb://localhost:2113?tls=false', { username: 'plain', password: 'plain' }],
    ['esdb://a%40b:p%3Aq@localhost?tls=true', { username: 'a@b', password: 'p:q' }],
    ['esdb+discover://user:secret@one,two?x=1&tls=false', { username: 'user', password: 'secret' }],
    ['esdb://localhost', undefined],
    ['esdb://localhost?userCertFile=a&userKeyFile=b', undefined],
  ])('%s', (connection, credentials) => {
    expect(plainCredentials(connection)).toEqual(credentials);
  });
});
