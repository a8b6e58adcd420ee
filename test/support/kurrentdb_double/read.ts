import { once } from 'node:events';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams, { type ReadReq, type ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { refusedAccess, requiresLeader } from './access.ts';
import type { ServerNode } from './node.ts';
import { nameOf } from './proposed_append.ts';
import { readResponseOf } from './read_response.ts';
import { notLeader, notReady, type Refusal } from './refusals.ts';
import type { StoredEvent } from './streams.ts';

const { ReadResp: Response, ReadReq: Request } = streams;
const { RevisionOptionCase: cases } = Request.Options.StreamOptions;

/** How many events are read between two turns of the node. */
const PAGE = 500;

/** The call Read; its answers are serialized already. */
export type ReadCall = ServerWritableStream<ReadReq, Uint8Array>;

interface Reading {
  readonly node: ServerNode;
  readonly stream: string;
  readonly options: ReadReq.Options;
  /** Aborts when the client goes; with a refusal as reason, the call ends with that. */
  readonly signal: AbortSignal;
  /** Resolves when there is room for more: what a client does not take stays where it is. */
  send(answer: Uint8Array): Promise<void>;
}

/** Serves the call Read of one stream: forwards, backwards, or as a subscription that goes on with what is appended. */
export function serveRead(node: ServerNode) {
  return async (call: ReadCall): Promise<void> => {
    const refused = refusedAccess(call.metadata, node.settings) ?? leaderMissing(call, node);
    if (refused) {
      call.emit('error', refused);
      return;
    }
    const gone = new AbortController();
    const { signal } = gone;
    call.on('cancelled', () => gone.abort());
    const options = call.request.getOptions()!;
    const send = async (answer: Uint8Array) => {
      signal.throwIfAborted();
      if (!call.write(answer)) await once(call, 'drain', { signal });
    };
    const reading = { node, stream: nameOf(options.getStream()!.getStreamIdentifier()), options, signal, send };
    if (options.hasSubscription()) node.subscriptions.add(gone);
    try {
      await (options.hasSubscription() ? follow(reading) : readThrough(reading));
      call.end();
    } catch (error) {
      if (!signal.aborted) throw error;
      if (isRefusal(signal.reason)) call.emit('error', signal.reason);
    } finally {
      node.subscriptions.delete(gone);
    }
  };
}

function leaderMissing(call: ReadCall, { leads, cluster }: ServerNode): Refusal | undefined {
  if (leads || !requiresLeader(call.metadata)) return undefined;
  return cluster.leader ? notLeader(cluster.leader.endpoint) : notReady();
}

async function readThrough({ node, stream, options, send }: Reading): Promise<void> {
  await node.turn();
  if (node.lengthOf(stream) === 0) {
    const identifier = new shared.StreamIdentifier().setStreamName(Buffer.from(stream));
    return send(
      serialized(new Response().setStreamNotFound(new Response.StreamNotFound().setStreamIdentifier(identifier))),
    );
  }
  const backwards = options.getReadDirection() === Request.Options.ReadDirection.BACKWARDS;
  let from = firstRevision(options.getStream()!, node.lengthOf(stream) - (backwards ? 1 : 0));
  for (let left = Number(options.getCount()); left > 0; ) {
    const page = backwards ? pageBefore(node, stream, from, left) : node.page(stream, from, Math.min(PAGE, left));
    if (page.length === 0) return;
    await sendAll(page, { node, stream, send });
    from += backwards ? -page.length : page.length;
    left -= page.length;
    await node.turn();
  }
}

function firstRevision(options: ReadReq.Options.StreamOptions, end: number): number {
  const which = options.getRevisionOptionCase();
  if (which === cases.START) return 0;
  return which === cases.END ? end : Number(options.getRevision());
}

/** Backwards from revision `from`, or from the stream's end where that comes first. */
function pageBefore(node: ServerNode, stream: string, from: number, left: number): readonly StoredEvent[] {
  const last = Math.min(from, node.lengthOf(stream) - 1);
  const first = Math.max(last + 1 - Math.min(PAGE, left), 0);
  return node.page(stream, first, last + 1 - first).toReversed();
}

async function follow({ node, stream, options, signal, send }: Reading): Promise<void> {
  const confirmation = new Response.SubscriptionConfirmation().setSubscriptionId(crypto.randomUUID());
  await node.turn();
  await send(serialized(new Response().setConfirmation(confirmation)));
  const from = options.getStream()!;
  // A subscription begins behind the revision it names, other than a read.
  let next = firstRevision(from, node.lengthOf(stream)) + (from.hasRevision() ? 1 : 0);
  let live = false;
  for (;;) {
    await node.turn();
    const page = node.page(stream, next, PAGE);
    next += page.length;
    await sendAll(page, { node, stream, send });
    if (page.length > 0) continue;
    if (!live && node.lengthOf(stream) > 0) {
      live = true;
      await send(serialized(new Response().setCaughtUp(new Response.CaughtUp())));
    } else await node.cluster.streams.next(signal);
  }
}

async function sendAll(
  page: readonly StoredEvent[],
  { node, stream, send }: Pick<Reading, 'node' | 'stream' | 'send'>,
): Promise<void> {
  for (const event of page) {
    await send(readResponseOf(stream, event));
    node.eventsSent += 1;
  }
}

function serialized(response: ReadResp): Uint8Array {
  return response.serializeBinary();
}

function isRefusal(reason: unknown): reason is Refusal {
  return typeof reason === 'object' && reason !== null && 'details' in reason;
}
