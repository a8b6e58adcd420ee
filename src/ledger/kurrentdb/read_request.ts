import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams, { type ReadReq } from '@eventstore/db-client/generated/streams_pb.js';

/** Which events of a stream are read. */
export interface Asked {
  readonly stream: string;
  /** From which revision on. `last`: the last event. Negative: from the beginning. */
  readonly from: number | 'last';
  /** How many at most; without it all that there are. */
  readonly count?: number;
  /** Whatever will be appended, too: the reading does not end. */
  readonly isLive?: boolean;
}

const { Options } = streams.ReadReq;
const { ReadDirection, StreamOptions, SubscriptionOptions, UUIDOption } = Options;

/** The message that asks a server for events (`ReadReq` in its streams.proto), with ids as text and links as links. */
export function readRequest({ stream, from, count = Number.MAX_SAFE_INTEGER, isLive = false }: Asked): ReadReq {
  const where = new StreamOptions().setStreamIdentifier(
    new shared.StreamIdentifier().setStreamName(Buffer.from(stream)),
  );
  // A subscription begins behind the revision that it is given.
  const first = from !== 'last' && isLive ? from - 1 : from;
  if (first === 'last') where.setEnd(new shared.Empty());
  else if (first < 0) where.setStart(new shared.Empty());
  else where.setRevision(`${first}`);
  const options = new Options()
    .setStream(where)
    .setReadDirection(first === 'last' ? ReadDirection.BACKWARDS : ReadDirection.FORWARDS)
    .setUuidOption(new UUIDOption().setString(new shared.Empty()))
    .setNoFilter(new shared.Empty());
  if (isLive) options.setSubscription(new SubscriptionOptions());
  else options.setCount(`${first === 'last' ? 1 : count}`);
  return new streams.ReadReq().setOptions(options);
}
