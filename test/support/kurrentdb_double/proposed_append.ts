import type shared from '@eventstore/db-client/generated/shared_pb.js';
import streams, { type AppendReq, type BatchAppendReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { Expected, ProposedEvent } from './streams.ts';

const { AppendReq: Plain, BatchAppendReq: Batch } = streams;

/** The stream's name and expected revision of a plain append. */
export function optionsOf(options: AppendReq.Options): { stream: string; expected: Expected } {
  const { ExpectedStreamRevisionCase: cases } = Plain.Options;
  const stream = nameOf(options.getStreamIdentifier());
  switch (options.getExpectedStreamRevisionCase()) {
    case cases.REVISION:
      return { stream, expected: Number(options.getRevision()) };
    case cases.NO_STREAM:
      return { stream, expected: 'no stream' };
    case cases.STREAM_EXISTS:
      return { stream, expected: 'stream exists' };
    default:
      return { stream, expected: 'any' };
  }
}

/** The stream's name and expected revision of a batch append. */
export function batchOptionsOf(options: BatchAppendReq.Options): { stream: string; expected: Expected } {
  const { ExpectedStreamPositionCase: cases } = Batch.Options;
  const stream = nameOf(options.getStreamIdentifier());
  switch (options.getExpectedStreamPositionCase()) {
    case cases.STREAM_POSITION:
      return { stream, expected: Number(options.getStreamPosition()) };
    case cases.NO_STREAM:
      return { stream, expected: 'no stream' };
    case cases.STREAM_EXISTS:
      return { stream, expected: 'stream exists' };
    default:
      return { stream, expected: 'any' };
  }
}

/** The event of a proposed message of either kind. */
export function eventOf(message: AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage): ProposedEvent {
  const metadata = message.getMetadataMap();
  return {
    id: message.getId()!.getString().toLowerCase(),
    type: metadata.get('type')!,
    contentType: metadata.get('content-type') as ProposedEvent['contentType'],
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

/** The name of the stream that `identifier` means. */
export function nameOf(identifier: shared.StreamIdentifier | undefined): string {
  return Buffer.from(identifier!.getStreamName_asU8()).toString();
}
