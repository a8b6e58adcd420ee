import { Metadata, type StatusObject, status } from '@grpc/grpc-js';
import type { Endpoint, Outcome } from './outcome.ts';

/** The status, with the trailers that the client tells one refusal from another by, that ends a call. */
export type Refusal = Pick<StatusObject, 'code' | 'details' | 'metadata'>;

/** The refusal that a plain append is answered with; a batch append too, where no message can say it. */
export function refusalOf(
  outcome: Exclude<Outcome, { kind: 'appended' | 'wrong expected revision' | 'silence' }>,
): Refusal {
  switch (outcome.kind) {
    case 'append too large':
      return refusal(status.INVALID_ARGUMENT, `Maximum Append Size of ${outcome.limit} Exceeded.`, {
        exception: 'maximum-append-size-exceeded',
        'maximum-append-size': `${outcome.limit}`,
      });
    case 'not leader':
      return notLeader(outcome.leader);
    case 'not ready':
      return notReady();
    case 'timed out':
      return refusal(status.ABORTED, 'Operation timed out');
    case 'unavailable':
      return refusal(status.UNAVAILABLE, 'The test double is unavailable');
  }
}

/** Sends the client to the leader. */
export function notLeader({ host, port }: Endpoint): Refusal {
  return refusal(status.NOT_FOUND, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': host,
    'leader-endpoint-port': `${port}`,
  });
}

/** What a node without a leader answers. */
export function notReady(): Refusal {
  return refusal(status.UNAVAILABLE, 'Server Is Not Ready');
}

/** What a live subscription ends with whose reader does not keep up. */
export function tooSlow(): Refusal {
  return refusal(status.ABORTED, 'Operation timed out: Consumer too slow to handle event while live.');
}

/** What somebody without a name, or without the right, is told. */
export function accessDenied(): Refusal {
  return refusal(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });
}

/** What somebody is told who is not who he says. */
export function wrongPassword(): Refusal {
  return refusal(status.UNAUTHENTICATED, 'Bad user name or password');
}

function refusal(code: status, details: string, trailers: Readonly<Record<string, string>> = {}): Refusal {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value);
  return { code, details, metadata };
}
