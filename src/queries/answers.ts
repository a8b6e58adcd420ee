import { authorityOf } from '../../projections/statement_keys.ts';
import { decode } from '../events/codec.ts';
import { statementBytes, storedOf } from '../events/statement_bytes.ts';
import type { AttachmentBlob, DocumentKey } from '../events/types.ts';
import type { Snapshot } from '../read_store/read_session.ts';
import { declaredAttachments } from '../xapi/attachments.ts';
import { toCanonical, toIds } from '../xapi/format.ts';
import { parseJson } from '../xapi/parse_json.ts';
import type { ActivityDefinition, Statement } from '../xapi/statement.ts';
import { definitionOf } from './activity_query.ts';
import { namedBlobs } from './blob_query.ts';
import { type FoundDocument, type FoundDocumentIds, findDocument, findDocumentIds } from './document_query.ts';
import { type HistoryQuery, queryHistory } from './history_query.ts';
import { answerLearning, type LearningAnswers, type LearningRequest } from './learning_answers.ts';
import { queryStatements, revisionOf, type StatementQuery, statusOf } from './statement_query.ts';

/** How statements are shown (xAPI 1.0.3 Communication 2.1.3, `format`). */
export interface StatementFormat {
  readonly format: 'exact' | 'ids' | 'canonical';
  readonly acceptLanguage: string | undefined;
  /** Whether the data of attachments is asked for. */
  readonly attachments: boolean;
}

/** An attachment whose data the store holds. */
export interface ShownAttachment extends AttachmentBlob {
  readonly contentType: string;
}

/** What the HTTP threads ask of a reader thread. */
export type ReadRequest =
  | {
      readonly kind: 'statement';
      /** In lower case. */
      readonly id: string;
      /** Whether the voided statement is asked for, rather than one that is not voided. */
      readonly voided: boolean;
      readonly mine: string | undefined;
      readonly show: StatementFormat;
    }
  | { readonly kind: 'statements'; readonly query: StatementQuery; readonly show: StatementFormat }
  | { readonly kind: 'history'; readonly query: HistoryQuery }
  | { readonly kind: 'named-blobs' }
  | { readonly kind: 'activity'; readonly id: string }
  | { readonly kind: 'document'; readonly key: DocumentKey; readonly onlyOf: string | undefined }
  | {
      readonly kind: 'document-ids';
      readonly context: Omit<DocumentKey, 'id'>;
      readonly since: number | undefined;
      readonly onlyOf: string | undefined;
    }
  | { readonly kind: 'revision-recorded-by'; readonly micros: number }
  | LearningRequest;

export interface StatementAnswer {
  /** The statement as UTF-8 JSON; undefined when there is none that may be seen. */
  readonly body: Uint8Array | undefined;
  /** Its `stored`, as it stands in it. */
  readonly stored?: string;
  /** Undefined when they were not asked for. */
  readonly attachments?: readonly ShownAttachment[] | undefined;
}

export interface StatementsAnswer {
  /** The array of statements as UTF-8 JSON. */
  readonly body: Uint8Array;
  /** Where the next page goes on; undefined on the last. */
  readonly behind: number | undefined;
  /** Each once; undefined when they were not asked for. */
  readonly attachments: readonly ShownAttachment[] | undefined;
}

export interface HistoryAnswer {
  /** The ledger revision as known at which the answer holds. */
  readonly knownAt: number;
  readonly entries: readonly HistoryAnswerEntry[];
  readonly more: boolean;
}

/** An entry of a learner's history as `/api` gives it. */
export interface HistoryAnswerEntry {
  readonly statementId: string;
  readonly revision: number;
  readonly timestamp: string;
  readonly stored: string;
  readonly verb: unknown;
  readonly object: unknown;
  readonly result?: unknown;
  readonly registration?: string;
  readonly authority: unknown;
  readonly voided?: { readonly revision: number };
  /** Microseconds since 1970 UTC, as decimal digits: the entry's place for a cursor. */
  readonly at: string;
}

interface Answers extends LearningAnswers {
  statement: StatementAnswer;
  statements: StatementsAnswer;
  history: HistoryAnswer;
  document: FoundDocument | undefined;
  'document-ids': FoundDocumentIds;
  activity: ActivityDefinition | undefined;
  'named-blobs': string[];
  'revision-recorded-by': number;
}

export type Answer<R extends ReadRequest> = Answers[R['kind']];

/** Answers a request from one snapshot. */
export function answer(snapshot: Snapshot, request: ReadRequest): Answer<ReadRequest> {
  switch (request.kind) {
    case 'statement':
      return findStatement(snapshot, request);
    case 'statements':
      return findStatements(snapshot, request.query, request.show);
    case 'history':
      return findHistory(snapshot, request.query);
    case 'named-blobs':
      return namedBlobs(snapshot);
    case 'activity':
      return definitionOf(snapshot, request.id);
    case 'document':
      return findDocument(snapshot.documents, request.key, request.onlyOf);
    case 'document-ids':
      return findDocumentIds(snapshot.documents, request.context, request.since, request.onlyOf);
    case 'revision-recorded-by':
      return snapshot.ledger.revisionRecordedBy(request.micros);
    default:
      return answerLearning(snapshot, request);
  }
}

const NONE: StatementAnswer = { body: undefined };

function findStatement(
  snapshot: Snapshot,
  { id, voided, mine, show }: Extract<ReadRequest, { kind: 'statement' }>,
): StatementAnswer {
  const revision = revisionOf(snapshot, id);
  if (revision === undefined) return NONE;
  if ((statusOf(snapshot, revision).voided !== undefined) !== voided) return NONE;
  if (mine !== undefined && authorityOf(snapshot.statementAt(revision).keys) !== mine) return NONE;
  return {
    body: new Uint8Array(shown(snapshot, revision, show)),
    stored: storedOf(snapshot.dataAt(revision)),
    attachments: show.attachments ? attachmentsOf(snapshot, [revision]) : undefined,
  };
}

const OPEN = Buffer.from('[');
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from(']');

function findStatements(snapshot: Snapshot, query: StatementQuery, show: StatementFormat): StatementsAnswer {
  const { revisions, more } = queryStatements(snapshot, query);
  const parts: Uint8Array[] = [OPEN];
  for (const revision of revisions) {
    if (parts.length > 1) parts.push(COMMA);
    parts.push(shown(snapshot, revision, show));
  }
  parts.push(CLOSE);
  return {
    body: new Uint8Array(Buffer.concat(parts)),
    behind: more ? revisions.at(-1) : undefined,
    attachments: show.attachments ? attachmentsOf(snapshot, revisions) : undefined,
  };
}

/** The attachments of statements whose data came with them, each once. */
function attachmentsOf(snapshot: Snapshot, revisions: readonly number[]): ShownAttachment[] {
  const found = new Map<string, ShownAttachment>();
  for (const revision of revisions) {
    const { statement, blobs = [] } = decode('statement-stored', 1, snapshot.dataAt(revision));
    for (const { attachment } of declaredAttachments([statement], false)) {
      const blob = blobs.find(({ sha2 }) => sha2 === attachment.sha2.toLowerCase());
      if (blob) found.set(blob.sha2, { ...blob, contentType: attachment.contentType });
    }
  }
  return [...found.values()];
}

/** A statement in the format asked for; `exact` is the stored bytes, unparsed. */
function shown(snapshot: Snapshot, revision: number, { format, acceptLanguage }: StatementFormat): Buffer {
  const bytes = statementBytes(snapshot.dataAt(revision));
  if (format === 'exact') return bytes;
  const statement = parseJson(bytes.toString('utf8')) as Statement;
  const reduced =
    format === 'ids'
      ? toIds(statement)
      : toCanonical(statement, acceptLanguage, (activity) => definitionOf(snapshot, activity));
  return Buffer.from(JSON.stringify(reduced));
}

function findHistory(snapshot: Snapshot, query: HistoryQuery): HistoryAnswer {
  const { entries, more, knownAt } = queryHistory(snapshot, query);
  return {
    knownAt,
    more,
    entries: entries.map(({ statement, revision, at, voidedBy }) => ({
      statementId: statement.id!,
      revision,
      timestamp: statement.timestamp!,
      stored: statement.stored!,
      verb: statement.verb,
      object: statement.object,
      ...(statement.result === undefined ? {} : { result: statement.result }),
      ...(statement.context?.registration === undefined ? {} : { registration: statement.context.registration }),
      authority: statement.authority,
      ...(voidedBy === undefined ? {} : { voided: { revision: voidedBy } }),
      at: `${at}`,
    })),
  };
}
