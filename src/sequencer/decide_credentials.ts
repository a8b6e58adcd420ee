import { LedgerlineError } from '../errors.ts';
import { type Accepted, type Append, type Knowledge, one } from './accepted.ts';
import type { IssueCredential, RevokeCredential } from './command.ts';

/** A key is given once, and never again. @throws `conflict` */
export function decideIssue({ credential, data }: IssueCredential, knowledge: Knowledge, append: Append): Accepted {
  if (knowledge.credential(data.key) !== 'unknown') {
    throw new LedgerlineError('conflict', `There is or was a credential ${data.key}.`, { property: 'key' });
  }
  return one('credential-issued', credential, data, append);
}

/** @throws `not_found` */
export function decideRevoke({ credential, data }: RevokeCredential, knowledge: Knowledge, append: Append): Accepted {
  const known = knowledge.credential(data.key);
  if (known === 'unknown') {
    throw new LedgerlineError('not_found', `There is no credential ${data.key}.`, { property: 'key' });
  }
  if (known === 'revoked') return { events: [] };
  return one('credential-revoked', credential, data, append);
}
