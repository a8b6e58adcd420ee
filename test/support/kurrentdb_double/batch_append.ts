import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import { refusedAccess, requiresLeader } from './access.ts';
import { batchAnswer } from './batch_answer.ts';
import type { ServerNode } from './node.ts';
import { batchOptionsOf, eventOf } from './proposed_append.ts';
import { refusalOf, wrongPassword } from './refusals.ts';
import type { Expected, ProposedEvent } from './streams.ts';

type Call = ServerDuplexStream<BatchAppendReq, BatchAppendResp>;

interface Pending {
  readonly stream: string;
  readonly expected: Expected;
  readonly events: ProposedEvent[];
}

/**
 * Serves the call BatchAppend: any number of appends over one stream of messages, each answered when it is done. Where
 * an answer can be no message but an error, all appends of the call end with it.
 */
export function serveBatchAppend(node: ServerNode) {
  return (call: Call): void => {
    const refused = refusedAccess(call.metadata, node.settings);
    if (refused?.code === wrongPassword().code) {
      call.emit('error', refused);
      return;
    }
    const pending = new Map<string, Pending>();
    call.on('data', (message: BatchAppendReq) => {
      const id = message.getCorrelationId()!.getString();
      if (message.hasOptions()) pending.set(id, { ...batchOptionsOf(message.getOptions()!), events: [] });
      const append = pending.get(id)!;
      append.events.push(...message.getProposedMessagesList().map(eventOf));
      if (!message.getIsFinal()) return;
      pending.delete(id);
      if (refused) call.write(batchAnswer(id, append, { kind: 'access denied' }));
      else void settle(node, call, id, append);
    });
    call.on('end', () => call.end());
  };
}

async function settle(node: ServerNode, call: Call, id: string, append: Pending): Promise<void> {
  const outcome = await node.append({ ...append, requiresLeader: requiresLeader(call.metadata) });
  if (call.cancelled || call.writableEnded) return;
  if (outcome.kind === 'silence') return;
  if (outcome.kind === 'not leader' || outcome.kind === 'unavailable') call.emit('error', refusalOf(outcome));
  else call.write(batchAnswer(id, append, outcome));
}
