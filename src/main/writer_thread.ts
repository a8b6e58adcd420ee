import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { BlobFiles } from '../blobs/blob_files.ts';
import { publisher } from '../blobs/publishing.ts';
import { BlobStreams } from '../ledger/kurrentdb/blob_streams.ts';
import { clusterFailure } from '../ledger/kurrentdb/failure.ts';
import type { Head } from '../ledger/ledger.ts';
import { SqliteLedgerReader } from '../ledger/sqlite_reader.ts';
import { isDamage, openProjectionForReading } from '../read_store/projection_file.ts';
import { closeRowFiles, openRowFiles } from '../read_store/row_groups.ts';
import { TailWriter } from '../read_store/tail_writer.ts';
import { AppliedState } from '../sequencer/applied_state.ts';
import type { Outcome, RefusedCommand } from '../sequencer/command.ts';
import { followLedger } from '../sequencer/follow_ledger.ts';
import { Gauges } from '../sequencer/gauges.ts';
import { KnownStatements } from '../sequencer/known_statements.ts';
import { Sequencer } from '../sequencer/sequencer.ts';
import type { SharedLedger } from '../sequencer/sequencer_parts.ts';
import { SharedHead } from '../sequencer/shared_head.ts';
import { type ClusterEngine, type Engine, openLedger } from './engines.ts';
import { type PackedCommands, unpack } from './packed_commands.ts';
import type { StorePaths } from './paths.ts';
import { permitted } from './permission.ts';
import type { FromProjector, ProjectorReady, ToProjector } from './projector_thread.ts';
import { whenAnswered } from './when_answered.ts';

/** The thread that owns the writing connections: the ledger, the tail and the files of rows. */
export interface WriterData {
  readonly engine: Engine;
  readonly paths: StorePaths;
  readonly head: SharedArrayBuffer;
  readonly gauges: SharedArrayBuffer;
  readonly projector: MessagePort;
}

export type ToWriter =
  | PackedCommands
  | 'merge'
  /** Asked for by a number: catch up with what other nodes have appended. */
  | { readonly refresh: number }
  | 'close';

export type FromWriter =
  | { readonly kind: 'progress'; readonly revision: number; readonly head: number }
  | { readonly kind: 'ready' }
  | Outcomes
  | { readonly kind: 'identity-changed' }
  | { readonly kind: 'merged' }
  | { readonly kind: 'refreshed'; readonly number: number; readonly failure?: string }
  /** What whoever runs the store should know. */
  | { readonly kind: 'notice'; readonly message: string }
  /** `damage`: a file of the read store is broken. */
  | { readonly kind: 'failure'; readonly message: string; readonly damage: boolean };

/** What became of commands, by their numbers. */
export interface Outcomes {
  readonly kind: 'outcomes';
  /** The number of a command, then the revision of its last event, and so on: one list costs less than pairs. */
  readonly stored: readonly number[];
  readonly refused: readonly (readonly [number, RefusedCommand])[];
}

/** A quiet store merges what it has, so that a restart finds little to do. */
const MERGE_WHEN_QUIET_MILLISECONDS = 2_000;
/** A node that had everything so shortly ago has its cluster. */
const BACK_MILLISECONDS = 1_000;
/** Who watches it catch up is told so often. */
const TELL_MILLISECONDS = 100;
/** While it catches up the writer waits for the projector, so that what waits to be merged does not grow without end. */
const SEGMENTS_AHEAD = 2;

await permitted();
const data = workerData as WriterData;
const port = parentPort!;
const tell = (message: FromWriter) => port.postMessage(message);

const head = new SharedHead(data.head);
const gauges = new Gauges(data.gauges);
const { ledger, copy } = openLedger(data.engine, data.paths, notice);
const cluster = data.engine.kind === 'kurrentdb' ? data.engine : undefined;
const tail = new TailWriter(data.paths.tail);
const rows = openRowFiles(data.paths);
const blobs = new BlobFiles(data.paths.blobs);
const { mergedRevision } = await new Promise<ProjectorReady>((resolve) => data.projector.once('message', resolve));
const tables = openProjectionForReading(data.paths.statements);
const reader = SqliteLedgerReader.open(data.paths.ledger);

let closedSegments = 0;
let mergedSegments = 0;
let onMerged = Promise.withResolvers<void>();
/** Where it was when it was last looked whether it is quiet. */
let lastLookedAt = -1;

const state = new AppliedState({
  tail,
  known: new KnownStatements(tables),
  rows,
  blobs,
  reader,
  copy,
  mergedRevision,
  onSegment(closed) {
    closedSegments += 1;
    data.projector.postMessage(closed satisfies ToProjector);
  },
  isMergerIdle: () => mergedSegments === closedSegments,
  onIdentityChange: () => tell({ kind: 'identity-changed' }),
});
const blobStreams = cluster && new BlobStreams(cluster);
const shared = cluster && sharedLedger(cluster, blobStreams!);
const sequencer = new Sequencer({
  ledger,
  applied: state,
  head,
  gauges,
  keepBlob: (bytes) => blobs.keepSync(bytes),
  onFailure,
  ...(shared && { shared }),
});

function notice(message: string): void {
  tell({ kind: 'notice', message });
}

/** Since the cluster was lost it is told once, and when it is back. */
let isLost = false;

function onFailure(error: unknown): void {
  const failure = cluster && clusterFailure(error);
  if (failure !== undefined) {
    if (!isLost)
      notice(`The ledger's cluster is lost (${failure.reason}). What is stored is answered, writes are refused.`);
    isLost = true;
    return;
  }
  tell({ kind: 'failure', message: String((error as Error).stack ?? error), damage: isDamage(error) });
}

function sharedLedger(engine: ClusterEngine, streams: BlobStreams): SharedLedger {
  const { patienceMilliseconds, timeoutMilliseconds, clocksApartMilliseconds } = engine;
  const lateness = (timeoutMilliseconds + clocksApartMilliseconds) * 1_000;
  return { patience: patienceMilliseconds, lateness, ...publisher(blobs, streams) };
}

// The projector is told to merge a segment, and tells when the tables hold it.
data.projector.on('message', (message: FromProjector) => {
  if ('notice' in message) return notice(message.notice);
  mergedSegments += 1;
  state.dropMerged(message.segment);
  onMerged.resolve();
  onMerged = Promise.withResolvers();
});

async function atMostAhead(segments: number): Promise<void> {
  while (closedSegments - mergedSegments > segments) await onMerged.promise;
}

let toldAt = Number.NEGATIVE_INFINITY;

async function reportProgress(_: unknown, { revision }: Head): Promise<void> {
  const now = performance.now();
  if (now - toldAt >= TELL_MILLISECONDS || state.revision >= revision) {
    toldAt = now;
    tell({ kind: 'progress', revision: state.revision, head: revision });
  }
  await atMostAhead(SEGMENTS_AHEAD);
}

const stored: number[] = [];
const refused: [number, RefusedCommand][] = [];

/** The outcomes of a group come one right after the other: they share one message. */
function answer(number: number, outcome: Outcome): void {
  if (stored.length === 0 && refused.length === 0) {
    queueMicrotask(() => tell({ kind: 'outcomes', stored: stored.splice(0), refused: refused.splice(0) }));
  }
  if ('revision' in outcome) stored.push(number, outcome.revision);
  else refused.push([number, outcome.error]);
}

function noteReturn(): void {
  if (!isLost || Date.now() - gauges.get('caughtUpAt') > BACK_MILLISECONDS) return;
  isLost = false;
  notice("The ledger's cluster is back.");
}

const quiet = setInterval(() => {
  noteReturn();
  try {
    if (state.inSegment > 0 && state.revision === lastLookedAt) state.closeSegment();
  } catch (error) {
    onFailure(error);
  }
  lastLookedAt = state.revision;
}, MERGE_WHEN_QUIET_MILLISECONDS);

/** Resolves when the tables hold everything that is applied now. */
async function mergeAll(): Promise<void> {
  state.closeSegment();
  const all = closedSegments;
  while (mergedSegments < all) await onMerged.promise;
}

/** What this node has already of a ledger that is elsewhere is not fetched again. */
async function applyCopy(): Promise<void> {
  const head = reader.head();
  while (state.revision < head.revision) {
    const events = reader.portion(state.revision + 1);
    // It may have been copied from another node without its blobs.
    await shared!.fetch(events);
    state.applyRead(events);
    await reportProgress(events, head);
  }
}

/** At a start the cluster may not be there yet, or be lost on the way. */
async function catchUpWithCluster(engine: ClusterEngine): Promise<void> {
  const work = async () => {
    await applyCopy();
    await sequencer.catchUp(reportProgress);
  };
  await whenAnswered(work, engine, { signal: closing.signal, onNotice: notice });
}

async function refresh(number: number): Promise<void> {
  try {
    await sequencer.refresh();
    tell({ kind: 'refreshed', number });
  } catch (error) {
    tell({ kind: 'refreshed', number, failure: (error as Error).message });
  }
}

async function close(): Promise<void> {
  clearInterval(quiet);
  closing.abort();
  data.projector.postMessage('closing' satisfies ToProjector);
  await following;
  await sequencer.idle();
  await mergeAll();
  tables.close();
  reader.close();
  tail.close();
  closeRowFiles(rows);
  copy?.close();
  await Promise.all([ledger.close(), blobStreams?.close()]);
  data.projector.close();
  port.close();
}

const closing = new AbortController();
if (cluster) await catchUpWithCluster(cluster);
else await sequencer.catchUp(reportProgress);
if (state.inSegment > 0) await mergeAll();
else await atMostAhead(0);
state.goLive();
const following =
  cluster &&
  followLedger({
    ledger,
    sequencer,
    gauges,
    applied: () => state.revision,
    signal: closing.signal,
    onFailure,
  });
port.on('message', (message: ToWriter) => {
  if (message === 'close') return void close();
  if (message === 'merge') return void mergeAll().then(() => tell({ kind: 'merged' }));
  if ('refresh' in message) return void refresh(message.refresh);
  for (const { number, command } of unpack(message)) {
    void sequencer.submit(command).then((outcome) => answer(number, outcome));
  }
});
tell({ kind: 'ready' });
