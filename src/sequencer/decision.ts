import type { Accepted, Append, Knowledge } from './accepted.ts';
import type { Command } from './command.ts';
import { decideIssue, decideRevoke } from './decide_credentials.ts';
import { decideDeleteDocuments, decideWriteDocument } from './decide_documents.ts';
import { decideLearning } from './decide_learning.ts';
import { decideStatements } from './decide_statements.ts';

/**
 * Decides a command against what is known. It may be decided again, for another append: the statements' bytes are
 * made anew.
 * @throws the refusal, a `LedgerlineError`: then nothing of the command is stored
 */
export function decide(command: Command, knowledge: Knowledge, append: Append): Accepted {
  switch (command.kind) {
    case 'store-statements':
      return decideStatements(command, knowledge, append);
    case 'write-document':
      return decideWriteDocument(command, knowledge, append);
    case 'delete-documents':
      return decideDeleteDocuments(command, knowledge, append);
    case 'learning':
      return decideLearning(command, knowledge, append);
    case 'issue-credential':
      return decideIssue(command, knowledge, append);
    case 'revoke-credential':
      return decideRevoke(command, knowledge, append);
  }
}
