import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { Gauges } from '../sequencer/gauges.ts';
import type { SharedHead } from '../sequencer/shared_head.ts';
import type { Engine } from './engines.ts';
import { EvaluatorClient } from './evaluator_client.ts';
import type { StorePaths } from './paths.ts';
import { permit } from './permission.ts';
import type { ProjectorData } from './projector_thread.ts';
import { ReaderPool } from './reader_pool.ts';
import type { FromWriter, ToWriter, WriterData } from './writer_thread.ts';

/** The threads of an open store. */
export interface Threads {
  readonly writer: Worker;
  readonly projector: Worker;
  readonly readers: ReaderPool;
  readonly evaluator: EvaluatorClient;
  /** Rejects, with what it died of, when the writer or the projector has died, or a reader cannot live at all. */
  readonly failure: Promise<never>;
}

export interface ThreadsOptions {
  readonly engine: Engine;
  readonly paths: StorePaths;
  /** Sees to it that the files can be opened. The threads load their code meanwhile. */
  readonly prepare: () => Promise<void>;
  readonly readers: number;
  readonly head: SharedHead;
  readonly gauges: Gauges;
  readonly onMessage: (message: FromWriter) => void;
  /** Told when the writer has died: no outcome comes any more. */
  readonly onWriterDeath: () => void;
  /** Told of failures that no client caused. */
  readonly onFailure: (message: string) => void;
  /** Told when a file of the read store turns out to be broken. */
  readonly onDamage: () => void;
}

/**
 * Starts the threads, and resolves when the read store has caught up with the ledger. @throws what a thread has died
 * of, or what `prepare` throws: then all are ended
 */
export async function startThreads(options: ThreadsOptions): Promise<Threads> {
  const { engine, paths, prepare, readers, head, gauges, onMessage, onWriterDeath, onFailure, onDamage } = options;
  const failure = Promise.withResolvers<never>();
  // Whoever has a use for it listens; nobody has to.
  failure.promise.catch(() => {});
  const { port1, port2 } = new MessageChannel();
  const projector = start('projector', { paths, writer: port1 } satisfies ProjectorData, port1);
  projector.on('error', (error) => failure.reject(error));
  let writer: Worker | undefined;
  try {
    const buffers = { head: head.buffer, gauges: gauges.buffer };
    const data: WriterData = { engine, paths, ...buffers, projector: port2 };
    writer = start('writer', data, port2);
    writer.on('error', (error) => {
      onWriterDeath();
      failure.reject(error);
    });
    const ready = Promise.withResolvers<void>();
    writer.on('message', (message: FromWriter) => {
      if (message.kind === 'ready') ready.resolve();
      else onMessage(message);
    });
    await prepare();
    permit(projector);
    permit(writer);
    await Promise.race([ready.promise, failure.promise]);
  } catch (error) {
    await Promise.all([projector.terminate(), writer?.terminate()]);
    throw error;
  }
  const onUseless = (error: Error) => failure.reject(error);
  const pool = new ReaderPool(readers, paths, { onFailure, onDamage, onUseless });
  const evaluator = new EvaluatorClient(
    {
      paths,
      head: head.buffer,
      gauges: gauges.buffer,
      file: engine.kind === 'memory' ? undefined : paths.statuses,
    },
    { onFailure, onDamage },
  );
  return { writer, projector, readers: pool, evaluator, failure: failure.promise };
}

/**
 * Lets the threads finish, and make the read store durable. @throws what one of them has died of meanwhile: then all
 * are ended
 */
export async function closeThreads({ writer, projector, readers, evaluator, failure }: Threads): Promise<void> {
  await Promise.all([readers.close(), evaluator.close()]);
  const ended = Promise.all([exit(writer), exit(projector)]);
  writer.postMessage('close' satisfies ToWriter);
  try {
    await Promise.race([ended, failure]);
  } catch (error) {
    await terminateThreads({ writer, projector });
    throw error;
  }
}

/** Ends the two threads that write, in whatever state the read store is then. */
export async function terminateThreads({ writer, projector }: Pick<Threads, 'writer' | 'projector'>): Promise<void> {
  await Promise.all([writer.terminate(), projector.terminate()]);
}

function start(name: string, workerData: unknown, transferred: MessagePort): Worker {
  const file = new URL(`./${name}_thread.ts`, import.meta.url);
  return new Worker(file, { workerData, transferList: [transferred as never], name });
}

function exit(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once('exit', () => resolve());
  });
}
