import codes from '@eventstore/db-client/generated/code_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import statuses, { type Status } from '@eventstore/db-client/generated/status_pb.js';
import streams, { type BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import type { Outcome } from './outcome.ts';
import type { Expected } from './streams.ts';

const { Code } = codes;

/** What a message can say of one append among the others of its call. */
export type BatchOutcome =
  | Exclude<Outcome, { kind: 'not leader' | 'unavailable' | 'silence' }>
  | { readonly kind: 'access denied' };

/** The answer to the append with the correlation id `id`. */
export function batchAnswer(
  id: string,
  { stream, expected }: { stream: string; expected: Expected },
  outcome: BatchOutcome,
): BatchAppendResp {
  const answer = new streams.BatchAppendResp()
    .setCorrelationId(new shared.UUID().setString(id))
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(stream)));
  if (outcome.kind !== 'appended') return answer.setError(failure(outcome, expected));
  const position = `${outcome.position}`;
  const success = new streams.BatchAppendResp.Success()
    .setCurrentRevision(`${outcome.revision}`)
    .setPosition(new shared.AllStreamPosition().setCommitPosition(position).setPreparePosition(position));
  return answer.setSuccess(success);
}

function failure(outcome: Exclude<BatchOutcome, { kind: 'appended' }>, expected: Expected): Status {
  switch (outcome.kind) {
    case 'wrong expected revision':
      return failed(Code.ALREADY_EXISTS, 'WrongExpectedVersion', wrongExpected(outcome.current, expected));
    case 'append too large': {
      const limit = new shared.MaximumAppendSizeExceeded().setMaxappendsize(outcome.limit);
      return failed(Code.INVALID_ARGUMENT, 'MaximumAppendSizeExceeded', limit);
    }
    case 'timed out':
      return failed(Code.DEADLINE_EXCEEDED, 'Timeout', new shared.Timeout());
    case 'access denied':
      return failed(Code.PERMISSION_DENIED, 'AccessDenied', new shared.AccessDenied());
    case 'not ready':
      // The server gives it neither a code nor a detail by which the client could tell it from others.
      return new statuses.Status()
        .setMessage('Server Is Not Ready')
        .setDetails(packed('google.protobuf.Empty', NOTHING));
  }
}

const NOTHING = new Uint8Array();

function failed(code: codes.Code, name: string, details: { serializeBinary(): Uint8Array }): Status {
  return new statuses.Status()
    .setCode(code)
    .setMessage(name)
    .setDetails(packed(`event_store.client.${name}`, details.serializeBinary()));
}

function packed(type: string, details: Uint8Array): any.Any {
  const message = new any.Any();
  message.pack(details, type);
  return message;
}

function wrongExpected(current: number, expected: Expected) {
  const wrong = new shared.WrongExpectedVersion();
  if (current === -1) wrong.setCurrentNoStream(new empty.Empty());
  else wrong.setCurrentStreamRevision(`${current}`);
  if (expected === 'no stream') wrong.setExpectedNoStream(new empty.Empty());
  else if (expected === 'stream exists') wrong.setExpectedStreamExists(new empty.Empty());
  else if (expected === 'any') wrong.setExpectedAny(new empty.Empty());
  else wrong.setExpectedStreamPosition(`${expected}`);
  return wrong;
}
