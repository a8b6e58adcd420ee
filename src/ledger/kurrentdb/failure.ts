import { AccessDeniedError } from '@eventstore/db-client';
import { LedgerlineError } from '../../errors.ts';

/** What has gone wrong with a cluster, for whoever runs the node. */
export interface ClusterFailure {
  /** In a line, without a stack. */
  readonly reason: string;
  /** It does not pass by itself: the stream or the settings have to be mended. */
  readonly isLasting: boolean;
}

const UNAUTHENTICATED = 16;
const PERMISSION_DENIED = 7;

/** Reads what the client has thrown; undefined: it is no failure of a cluster. */
export function clusterFailure(error: unknown): ClusterFailure | undefined {
  if (error instanceof LedgerlineError) {
    const { code, message } = error;
    if (code === 'damaged') return { reason: message, isLasting: true };
    return code === 'unavailable' ? { reason: message, isLasting: false } : undefined;
  }
  const { code, message = '' } = error as { code?: unknown; message?: string };
  const [line = ''] = message.split('\n');
  if (error instanceof AccessDeniedError || code === UNAUTHENTICATED || code === PERMISSION_DENIED) {
    return { reason: `it refuses the user of LEDGERLINE_LEDGER (${line})`, isLasting: true };
  }
  if (/^Failed to discover/.test(line)) {
    return {
      reason: `none of its hosts answers as one of a cluster: are hosts, tls and tlsCAFile right? (${line})`,
      isLasting: false,
    };
  }
  const isOfClient = typeof code === 'number' || 'type' in (error as object);
  return isOfClient ? { reason: line, isLasting: false } : undefined;
}
