import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BlobFiles } from '../../src/blobs/blob_files.ts';
import { SharedBlobs } from '../../src/blobs/shared_blobs.ts';
import { CHUNK } from '../../src/ledger/kurrentdb/blob_chunks.ts';
import type { BlobStreams } from '../../src/ledger/kurrentdb/blob_streams.ts';
import type { KurrentDouble } from '../support/kurrentdb_double/double.ts';
import {
  aContent,
  aStream,
  blobFiles,
  blobStreams,
  brings,
  type Content,
  closeBlobs,
  contentOf,
  put,
  streamOf,
} from './given_blobs.ts';
import { closeAll, double } from './given_double.ts';

interface Node {
  readonly blobs: SharedBlobs;
  readonly streams: BlobStreams;
  readonly files: BlobFiles;
  readonly folder: string;
}

let server: KurrentDouble;
let stream: string;
let one: Node;
let other: Node;
beforeEach(async () => {
  server = await double();
  stream = aStream();
  [one, other] = [node(), node()];
});
afterEach(async () => {
  await closeBlobs();
  await closeAll();
});

function node(): Node {
  const streams = blobStreams(server.address, stream, 500);
  const { files, folder } = blobFiles();
  return { blobs: new SharedBlobs(files, streams), streams, files, folder };
}

async function receive({ blobs }: Node, content: Content) {
  const incoming = await blobs.receive(content.from(0), content.length, ['sha512']);
  await incoming.keep();
  return incoming;
}

/** The names of the blobs in a node's own files, and whether something has come in that is not kept. */
function held({ files, folder }: Node) {
  return { names: [...files.names()], incoming: readdirSync(join(folder, 'incoming')).length };
}

const NOTHING = { names: [], incoming: 0 };

describe('every node serves what any node has kept', () => {
  it.each([0, 1, CHUNK, 3 * CHUNK + 17])('received as a stream: %i bytes', async (length) => {
    const content = aContent(length);
    const incoming = await receive(one, content);
    expect(incoming).toMatchObject({ sha256: content.sha256, length });
    expect(incoming.digests.sha512).toHaveLength(128);
    for (const each of [one, other]) {
      expect(await brings(await each.blobs.read(content), content)).toBe(true);
      expect((await each.blobs.content(content.sha256)).equals(content.bytes)).toBe(true);
      expect((await each.blobs.standing(content.sha256))?.equals(content.bytes)).toBe(true);
      expect(held(each)).toEqual({ names: [content.sha256], incoming: 0 });
    }
  });

  it('kept from memory', async () => {
    const { bytes, sha256, length } = aContent(2 * CHUNK + 1);
    expect(await one.blobs.keep(bytes)).toEqual({ sha256, length });
    expect((await other.blobs.content(sha256)).equals(bytes)).toBe(true);
  });

  it('uploaded to both at once', async () => {
    const content = aContent(4 * CHUNK + 3);
    await Promise.all([receive(one, content), receive(other, content), receive(one, content)]);
    expect(server.events(streamOf(stream, content))).toHaveLength(5);
    const third = node();
    expect(await brings(await third.blobs.read(content), content)).toBe(true);
  });
});

it('what is dropped is nowhere', async () => {
  const content = aContent(CHUNK);
  const incoming = await one.blobs.receive(content.from(0), content.length, []);
  await incoming.drop();
  expect(held(one)).toEqual(NOTHING);
  expect(await one.streams.has(content.sha256)).toBe(false);
});

it('a blob that many ask for at once is fetched once, and then served without the cluster', async () => {
  const content = aContent(3 * CHUNK);
  await receive(one, content);
  const before = server.eventsSent;
  await Promise.all([
    other.blobs.prepare([content, content]),
    other.blobs.read(content).then((read) => brings(read, content)),
    other.blobs.content(content.sha256),
  ]);
  // The last chunk, then all of them.
  expect(server.eventsSent - before).toBe(4);
  await server.refuse();
  expect(await brings(await other.blobs.read(content), content)).toBe(true);
});

it('several that an answer begins with are fetched before', async () => {
  const contents = Array.from({ length: 9 }, (_, i) => aContent(CHUNK + i));
  for (const content of contents) await receive(one, content);
  await other.blobs.prepare(contents);
  expect(held(other).names).toEqual(contents.map(({ sha256 }) => sha256).sort());
  await expect(other.blobs.prepare([...contents, aContent(1)])).rejects.toMatchObject({ code: 'damaged' });
});

describe('what is not there as it should be', () => {
  const damaged = { code: 'damaged' };

  it('is damaged where nobody has kept it', async () => {
    const content = aContent(1);
    await expect(one.blobs.read(content)).rejects.toMatchObject(damaged);
    await expect(one.blobs.content(content.sha256)).rejects.toMatchObject(damaged);
    await expect(one.blobs.prepare([content])).rejects.toMatchObject(damaged);
    expect(await one.blobs.standing(content.sha256)).toBeUndefined();
    expect(held(one)).toEqual(NOTHING);
  });

  it('is damaged, and not kept, where its stream has other content', async () => {
    const content = aContent(3);
    const wrong = { data: contentOf(Buffer.from('xyz')).bytes, metadata: { index: 0, count: 1, length: 3 } };
    await put(server.address, streamOf(stream, content), wrong);
    await expect(one.blobs.read(content)).rejects.toMatchObject(damaged);
    await expect(one.blobs.content(content.sha256)).rejects.toMatchObject(damaged);
    expect(await one.blobs.standing(content.sha256)).toBeUndefined();
    expect(held(one)).toEqual(NOTHING);
  });

  it('is damaged where the own file is', async () => {
    const content = aContent(3);
    await receive(one, content);
    const file = join(one.folder, content.sha256.slice(0, 2), content.sha256);
    writeFileSync(file, 'xyzz');
    await expect(one.blobs.read(content)).rejects.toMatchObject(damaged);
    await expect(one.blobs.content(content.sha256)).rejects.toMatchObject(damaged);
    expect(await one.blobs.standing(content.sha256)).toEqual(readFileSync(file));
  });
});

describe('while the cluster does not answer', () => {
  const unavailable = { code: 'unavailable', details: { retryAfterSeconds: 1 } };

  it('what comes in is refused, and taken afterwards', async () => {
    const content = aContent(2 * CHUNK);
    server.stopAnswering();
    await expect(receive(one, content)).rejects.toMatchObject(unavailable);
    await expect(one.blobs.keep(content.bytes)).rejects.toMatchObject(unavailable);
    server.goOn();
    await receive(one, content);
    expect(await brings(await other.blobs.read(content), content)).toBe(true);
  });

  it('what another node has kept is unavailable, nothing of it is kept, and it comes afterwards', async () => {
    const content = aContent(2 * CHUNK);
    await receive(one, content);
    server.stopAnswering();
    for (const asked of [
      other.blobs.read(content),
      other.blobs.prepare([content]),
      other.blobs.content(content.sha256),
      other.blobs.standing(content.sha256),
    ]) {
      await expect(asked).rejects.toMatchObject(unavailable);
    }
    expect(held(other)).toEqual(NOTHING);
    server.goOn();
    expect(await brings(await other.blobs.read(content), content)).toBe(true);
  });
});
