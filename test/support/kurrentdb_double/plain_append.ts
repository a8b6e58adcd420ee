import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams, { type AppendReq, type AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerReadableStream, sendUnaryData } from '@grpc/grpc-js';
import { refusedAccess, requiresLeader } from './access.ts';
import type { ServerNode } from './node.ts';
import type { Outcome } from './outcome.ts';
import { eventOf, optionsOf } from './proposed_append.ts';
import { refusalOf } from './refusals.ts';
import type { Expected, ProposedEvent } from './streams.ts';

const { AppendResp: Response } = streams;

/** Serves the call Append: one append, its options and events in messages of their own. */
export function servePlainAppend(node: ServerNode) {
  return (call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>): void => {
    const refused = refusedAccess(call.metadata, node.settings);
    if (refused) {
      answer(refused);
      return;
    }
    let options: { stream: string; expected: Expected } | undefined;
    const events: ProposedEvent[] = [];
    call.on('data', (message: AppendReq) => {
      if (message.hasOptions()) options = optionsOf(message.getOptions()!);
      else events.push(eventOf(message.getProposedMessage()!));
    });
    call.on('end', async () => {
      const { stream, expected } = options!;
      const outcome = await node.append({ stream, expected, events, requiresLeader: requiresLeader(call.metadata) });
      tell(outcome, expected, answer);
    });
  };
}

function tell(outcome: Outcome, expected: Expected, answer: sendUnaryData<AppendResp>): void {
  if (outcome.kind === 'silence') return;
  if (outcome.kind === 'appended') answer(null, new Response().setSuccess(success(outcome)));
  else if (outcome.kind === 'wrong expected revision') {
    answer(null, new Response().setWrongExpectedVersion(wrongExpected(outcome.current, expected)));
  } else answer(refusalOf(outcome));
}

function success({ revision, position }: Extract<Outcome, { kind: 'appended' }>): AppendResp.Success {
  const where = new Response.Position().setCommitPosition(`${position}`).setPreparePosition(`${position}`);
  return new Response.Success().setCurrentRevision(`${revision}`).setPosition(where);
}

function wrongExpected(current: number, expected: Expected): AppendResp.WrongExpectedVersion {
  const wrong = new Response.WrongExpectedVersion();
  if (current === -1) wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(`${current}`);
  if (expected === 'no stream') wrong.setExpectedNoStream(new shared.Empty());
  else if (expected === 'stream exists') wrong.setExpectedStreamExists(new shared.Empty());
  else if (expected === 'any') wrong.setExpectedAny(new shared.Empty());
  else wrong.setExpectedRevision(`${expected}`);
  return wrong;
}
