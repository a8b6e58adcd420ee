import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams, { type ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessage } from '../../src/ledger/kurrentdb/read_response.ts';

const { ReadEvent } = streams.ReadResp;

const arbitraryEvent = fc.record({
  id: fc.uuid(),
  stream: fc.string(),
  revision: fc.maxSafeNat(),
  type: fc.string({ unit: 'binary' }),
  metadata: fc.uint8Array({ maxLength: 300 }),
  data: fc.uint8Array({ maxLength: 20_000 }),
});

type Sent = typeof arbitraryEvent extends fc.Arbitrary<infer T> ? T : never;

function recordOf({ id, stream, revision, type, metadata, data }: Sent) {
  const record = new ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(id))
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(stream)))
    .setStreamRevision(`${revision}`)
    .setPreparePosition('18446744073709551615')
    .setCommitPosition('18446744073709551615')
    .setCustomMetadata(metadata)
    .setData(data);
  record.getMetadataMap().set('type', type).set('created', '638000000000000000').set('content-type', 'application/x');
  return record;
}

const bytesOf = (response: ReadResp) => Buffer.from(response.serializeBinary());

describe('an event read from its bytes', () => {
  it('is the one that the server sent', () => {
    fc.assert(
      fc.property(arbitraryEvent, fc.boolean(), (event, isPositioned) => {
        const sent = new ReadEvent().setEvent(recordOf(event));
        if (isPositioned) sent.setCommitPosition('7');
        else sent.setNoPosition(new shared.Empty());
        const { stream: _, ...expected } = event;
        expect(readMessage(bytesOf(new streams.ReadResp().setEvent(sent)))).toEqual(expected);
      }),
    );
  });

  const anEvent = () =>
    recordOf({ id: crypto.randomUUID(), stream: 's', revision: 1, type: 't', metadata: bytes, data: bytes });
  const bytes = Uint8Array.of(1);
  const structured = new shared.UUID().setStructured(new shared.UUID.Structured().setLeastSignificantBits('1'));

  it.each([
    [
      'the beginning of a subscription',
      new streams.ReadResp().setConfirmation(new streams.ReadResp.SubscriptionConfirmation()),
    ],
    ['where the stream ends', new streams.ReadResp().setLastStreamPosition('5')],
    ['nothing', new streams.ReadResp()],
    ['a link whose event is gone', new streams.ReadResp().setEvent(new ReadEvent().setLink(anEvent()))],
  ])('%s is no event', (_, response) => {
    expect(readMessage(bytesOf(response))).toBe('something else');
  });

  it('tells of a stream that does not exist', () => {
    const answer = new streams.ReadResp().setStreamNotFound(new streams.ReadResp.StreamNotFound());
    expect(readMessage(bytesOf(answer))).toBe('no such stream');
  });

  it('whose id is of two numbers is refused: ids are asked for as text', () => {
    const answer = new streams.ReadResp().setEvent(new ReadEvent().setEvent(anEvent().setId(structured)));
    expect(() => readMessage(bytesOf(answer))).toThrow(RangeError);
  });

  it('passes over fields that it does not know', () => {
    const known = Buffer.from(new ReadEvent().setEvent(anEvent()).serializeBinary());
    // Field 15 as a number, as 64 and 32 bits, as bytes.
    const unknown = Buffer.from([0x78, 0xff, 0x01, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x7d, 1, 2, 3, 4, 0x7a, 2, 9, 9]);
    const length = known.length + unknown.length;
    const longer = Buffer.concat([Buffer.from([0x0a, (length & 127) | 128, length >> 7]), known, unknown]);
    expect(readMessage(longer)).toMatchObject({ type: 't', revision: 1, data: bytes });
  });

  it.each([
    ['ends in the middle of a field', (bytes: Buffer) => bytes.subarray(0, -1)],
    ['ends in the middle of a length', () => Buffer.from([0x0a, 0x80])],
    ['has a wire type that there is none of', () => Buffer.from([0x0b, 0x00])],
  ])('a message that %s is refused', (_, damage) => {
    const whole = bytesOf(new streams.ReadResp().setEvent(new ReadEvent().setEvent(anEvent())));
    expect(() => readMessage(damage(whole))).toThrow(RangeError);
  });
});
