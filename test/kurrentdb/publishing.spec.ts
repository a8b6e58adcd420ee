import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BlobFiles } from '../../src/blobs/blob_files.ts';
import type { Blob } from '../../src/blobs/blob_store.ts';
import { blobsNamedBy, documentBlobsOf } from '../../src/blobs/event_blobs.ts';
import { type BlobPublisher, publisher } from '../../src/blobs/publishing.ts';
import { encode } from '../../src/events/codec.ts';
import type { DocumentContent, EventData, EventType, StatementStored } from '../../src/events/types.ts';
import type { BlobStreams } from '../../src/ledger/kurrentdb/blob_streams.ts';
import type { RecordedEvent } from '../../src/ledger/ledger.ts';
import type { KurrentDouble } from '../support/kurrentdb_double/double.ts';
import { anIdentified } from '../support/statements.ts';
import { aContent, aStream, blobFiles, blobStreams, closeBlobs, put, streamOf } from './given_blobs.ts';
import { closeAll, double } from './given_double.ts';

afterEach(async () => {
  await closeBlobs();
  await closeAll();
});

function recorded<T extends EventType>(type: T, data: EventData[T]): RecordedEvent {
  return { id: randomUUID(), type, credential: 'tester', revision: 0, recorded: 1, ...encode(type, data) };
}

function document(content: DocumentContent): RecordedEvent {
  const key = { resource: 'state', activity: 'https://example.org/a', agent: 'a', id: 'i' } as const;
  return recorded('document-stored', { key, contentType: 'text/plain', sha1: '0'.repeat(40), content });
}

/** As an event names it. */
function named({ sha256, length }: Blob): Blob {
  return { sha256, length };
}

function statement(blobs?: StatementStored['blobs']): RecordedEvent {
  const time = '2024-01-01T00:00:00.000000Z';
  const authority = { account: { homePage: 'https://example.org', name: 'tester' } };
  const received = anIdentified({ result: { response: '"blobs":[{"sha256":"' } });
  const complete: unknown = { ...received, authority, timestamp: time, stored: time, version: '1.0.3' };
  return recorded('statement-stored', { ...(blobs && { blobs }), statement: complete as StatementStored['statement'] });
}

const [A, B] = ['a', 'b'].map((digit, i) => ({ sha256: digit.repeat(64), length: i + 1 })) as [Blob, Blob];

describe('the blobs that an event names', () => {
  it.each<[string, RecordedEvent, Blob[]]>([
    ['a statement without', statement(), []],
    ['a statement', statement([A, B].map((blob) => ({ sha2: 'c'.repeat(56), ...blob }))), [A, B]],
    ['a document that stands in the event', document({ text: '"content":{"sha256":"' }), []],
    ['a document', document(A), [A]],
    [
      'a certificate',
      recorded('certificate-recorded', {
        person: 'P-1',
        course: 'c',
        issuer: 'i',
        completed: '2024-01-01',
        evidence: [
          { ...A, contentType: 'text/plain' },
          { link: 'https://example.org/', sha256: B.sha256 },
        ],
      }),
      [A],
    ],
    [
      'a snapshot',
      recorded('snapshot-frozen', {
        snapshot: 's',
        asOf: '2024-01-01',
        knownAt: 1,
        form: 1,
        digest: B.sha256,
        length: B.length,
      }),
      [B],
    ],
    ['another event', recorded('credential-revoked', { key: 'k' }), []],
  ])('%s', (_what, event, named) => {
    expect(blobsNamedBy(event)).toEqual(named);
    expect(documentBlobsOf([event])).toEqual(event.type === 'document-stored' ? named : []);
  });

  it('those of documents alone, in order', () => {
    const events = [document(B), statement([{ sha2: 'c'.repeat(56), ...A }]), document({ text: '' }), document(A)];
    expect(documentBlobsOf(events)).toEqual([B, A]);
  });
});

describe('a node that decides about documents', () => {
  let server: KurrentDouble;
  let stream: string;
  let files: BlobFiles;
  let streams: BlobStreams;
  let node: BlobPublisher;
  beforeEach(async () => {
    server = await double();
    stream = aStream();
    files = blobFiles().files;
    streams = blobStreams(server.address, stream, 500);
    node = publisher(files, streams);
  });

  it('publishes what it kept before the event, and once', async () => {
    const contents = Array.from({ length: 9 }, () => aContent(100_000));
    const events = contents.map(({ bytes }) => document(files.keepSync(bytes)));
    await node.publish([...events, ...events, statement()]);
    for (const { sha256 } of contents) expect(await streams.has(sha256)).toBe(true);
    await server.refuse();
    await node.publish(events);
    const later = document(files.keepSync(aContent(1).bytes));
    await expect(node.publish([later])).rejects.toMatchObject({ code: 'unavailable' });
    await server.accept();
    await expect
      .poll(() =>
        node.publish([later]).then(
          () => 'published',
          () => 'refused',
        ),
      )
      .toBe('published');
  });

  it('fetches what others have published, for decisions that merge into it', async () => {
    const content = aContent(100_000);
    await streams.publish(content, content.from);
    await node.fetch([document(named(content)), document(named(content)), document({ text: '' })]);
    expect(files.readSync(content.sha256).equals(content.bytes)).toBe(true);
    await server.refuse();
    await node.fetch([document(named(content))]);
  });

  it('passes over what is gone or is not what it should be, and takes the rest', async () => {
    const [wrong, content] = [aContent(3), aContent(100_000)];
    await put(server.address, streamOf(stream, wrong), {
      data: Buffer.from('xyz'),
      metadata: { index: 0, count: 1, length: 3 },
    });
    await streams.publish(content, content.from);
    await node.fetch([document(named(aContent(7))), document(named(wrong)), document(named(content))]);
    expect([...files.names()]).toEqual([content.sha256]);
  });

  it('does not go on without what the cluster does not give', async () => {
    const content = aContent(100_000);
    await streams.publish(content, content.from);
    server.stopAnswering();
    await expect(node.fetch([document(named(content))])).rejects.toMatchObject({ code: 'unavailable' });
    server.goOn();
    await node.fetch([document(named(content))]);
    expect(files.has(content.sha256)).toBe(true);
  });
});
