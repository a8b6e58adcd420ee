import type { Certificate, Evidence } from '../learning/model.ts';
import { microsOf } from '../xapi/instant.ts';

/**
 * Puts the earliest evidence first: by (timestamp, id) of the statements by which certificates were earned. What is
 * recorded has a day, and no time of it: it stands behind what was earned on that day, in the order in which it was
 * recorded.
 */
export function earliestFirst(a: Certificate, b: Certificate): number {
  if (a.completed !== b.completed) return a.completed < b.completed ? -1 : 1;
  const [one, other] = [completing(a), completing(b)];
  if (one === undefined || other === undefined) {
    return one === other ? recordedAt(a) - recordedAt(b) : one === undefined ? 1 : -1;
  }
  const [at, otherAt] = [microsOf(one.timestamp), microsOf(other.timestamp)];
  if (at !== otherAt) return at < otherAt ? -1 : 1;
  if (one.statementId === other.statementId) return 0;
  return one.statementId < other.statementId ? -1 : 1;
}

/** The statement by which a certificate was earned; undefined: it is only recorded. */
function completing({ id, evidence }: Certificate): Extract<Evidence, { kind: 'statement' }> | undefined {
  return evidence.filter((one) => one.kind === 'statement').find(({ statementId }) => id.endsWith(`:${statementId}`));
}

/** The revision at which a certificate was recorded first. */
function recordedAt({ evidence }: Certificate): number {
  return Math.min(...evidence.filter((one) => one.kind === 'recorded').map(({ revision }) => revision));
}
