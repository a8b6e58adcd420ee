import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { BlobFiles } from '../blobs/blob_files.ts';
import type { Head } from '../ledger/ledger.ts';
import { SqliteLedgerReader } from '../ledger/sqlite_reader.ts';
import { isDamage, openProjectionForReading } from '../read_store/projection_file.ts';
import { closeRowFiles, openRowFiles } from '../read_store/row_groups.ts';
import { TailWriter } from '../read_store/tail_file.ts';
import { AppliedState } from '../sequencer/applied_state.ts';
import type { Command, Outcome } from '../sequencer/command.ts';
import { KnownStatements } from '../sequencer/known_statements.ts';
import { Sequencer } from '../sequencer/sequencer.ts';
import { SharedHead } from '../sequencer/shared_head.ts';
import { type EngineName, openLedger } from './engines.ts';
import type { StorePaths } from './paths.ts';

/** The thread that owns the writing connections: the ledger, the tail and the files of rows. */
export interface WriterData {
  readonly engine: EngineName;
  readonly paths: StorePaths;
  readonly head: SharedArrayBuffer;
  readonly mergedRevision: number;
  readonly projector: MessagePort;
}

export type ToWriter =
  | { readonly commands: readonly { readonly number: number; readonly command: Command }[] }
  | 'merge'
  | 'close';

export type FromWriter =
  | { readonly kind: 'progress'; readonly revision: number; readonly head: number }
  | { readonly kind: 'ready' }
  | { readonly kind: 'outcomes'; readonly outcomes: readonly (readonly [number, Outcome])[] }
  | { readonly kind: 'identity-changed' }
  | { readonly kind: 'merged' }
  /** `damage`: a file of the read store is broken. */
  | { readonly kind: 'failure'; readonly message: string; readonly damage: boolean };

/** The projector is told to merge a segment, and tells when the tables hold it. */
export interface MergeSegment {
  readonly segment: number;
  readonly revision: number;
}

/** A quiet store merges what it has, so that a restart finds little to do. */
const MERGE_WHEN_QUIET_MILLISECONDS = 2_000;
/** While it catches up the writer waits for the projector, so that the tail does not grow without end. */
const SEGMENTS_AHEAD = 3;

const data = workerData as WriterData;
const port = parentPort!;
const tell = (message: FromWriter) => port.postMessage(message);

const head = new SharedHead(data.head);
const { ledger, file, copy } = openLedger(data.engine, data.paths);
const tail = new TailWriter(data.paths.tail);
const rows = openRowFiles(data.paths);
const blobs = new BlobFiles(data.paths.blobs);
const tables = openProjectionForReading(data.paths.statements);
const reader = SqliteLedgerReader.open(file);

let closedSegments = 0;
let mergedSegments = 0;
let onMerged = Promise.withResolvers<void>();
let lastAppend = Date.now();

const state = new AppliedState({
  tail,
  known: new KnownStatements(tables),
  rows,
  blobs,
  reader,
  copy,
  mergedRevision: data.mergedRevision,
  onSegment(segment, revision) {
    closedSegments += 1;
    data.projector.postMessage({ segment, revision } satisfies MergeSegment);
  },
  onIdentityChange: () => tell({ kind: 'identity-changed' }),
});
const sequencer = new Sequencer({
  ledger,
  applied: state,
  head,
  keepBlob: (bytes) => blobs.keepSync(bytes),
  onFailure: (error) => {
    tell({ kind: 'failure', message: String((error as Error).stack ?? error), damage: isDamage(error) });
  },
});

data.projector.on('message', ({ segment }: MergeSegment) => {
  mergedSegments += 1;
  state.dropMerged(segment);
  onMerged.resolve();
  onMerged = Promise.withResolvers();
});

async function atMostAhead(segments: number): Promise<void> {
  while (closedSegments - mergedSegments > segments) await onMerged.promise;
}

async function reportProgress(_: unknown, { revision }: Head): Promise<void> {
  tell({ kind: 'progress', revision: state.revision, head: revision });
  await atMostAhead(SEGMENTS_AHEAD);
}

const outcomes: [number, Outcome][] = [];

function answer(number: number, outcome: Outcome): void {
  // The outcomes of a group come one right after the other: they share one message.
  if (outcomes.length === 0) queueMicrotask(() => tell({ kind: 'outcomes', outcomes: outcomes.splice(0) }));
  outcomes.push([number, outcome]);
}

const quiet = setInterval(() => {
  if (state.inSegment > 0 && Date.now() - lastAppend > MERGE_WHEN_QUIET_MILLISECONDS) state.closeSegment();
}, MERGE_WHEN_QUIET_MILLISECONDS);

/** Resolves when the tables hold everything that is applied now. */
async function mergeAll(): Promise<void> {
  state.closeSegment();
  const all = closedSegments;
  while (mergedSegments < all) await onMerged.promise;
}

async function close(): Promise<void> {
  clearInterval(quiet);
  await sequencer.idle();
  await mergeAll();
  tables.close();
  reader.close();
  tail.close();
  closeRowFiles(rows);
  copy?.close();
  await ledger.close();
  data.projector.close();
  port.close();
}

await sequencer.catchUp(reportProgress);
await atMostAhead(1);
port.on('message', (message: ToWriter) => {
  if (message === 'close') return void close();
  if (message === 'merge') return void mergeAll().then(() => tell({ kind: 'merged' }));
  lastAppend = Date.now();
  for (const { number, command } of message.commands) {
    void sequencer.submit(command).then((outcome) => answer(number, outcome));
  }
});
tell({ kind: 'ready' });
