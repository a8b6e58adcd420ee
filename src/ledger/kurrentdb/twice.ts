import { setImmediate as turn } from 'node:timers/promises';
import { CancelledError, NotLeaderError, UnavailableError } from '@eventstore/db-client';

const LOST = [NotLeaderError, UnavailableError, CancelledError];

/**
 * Asks again, once, where the answer is that the connection was lost or led to a node that no longer leads: the client
 * learns of it by a call that fails. For what can be done twice.
 */
export async function twice<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const causes = [error, (error as Error).cause];
    if (!LOST.some((kind) => causes.some((cause) => cause instanceof kind))) throw error;
    await turn();
    return ask();
  }
}
