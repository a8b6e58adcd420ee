import { parentPort, workerData } from 'node:worker_threads';
import { type Answer, answer, type ReadRequest } from '../queries/answers.ts';
import { isDamage } from '../read_store/projection_file.ts';
import { ReadSession, type ReadStorePaths } from '../read_store/read_session.ts';

/** A thread that answers queries, so that none delays a post. */
export interface ReaderData {
  readonly paths: ReadStorePaths;
}

export type ToReader = { readonly number: number; readonly request: ReadRequest } | 'close';

export type FromReader =
  | { readonly number: number; readonly answer: Answer<ReadRequest> }
  | { readonly number: number; readonly failure: string; readonly damage: boolean };

const port = parentPort!;
const session = new ReadSession((workerData as ReaderData).paths);

port.on('message', (message: ToReader) => {
  if (message === 'close') {
    session.close();
    port.close();
    return;
  }
  const { number, request } = message;
  try {
    const given = session.read((snapshot) => answer(snapshot, request));
    const body = typeof given === 'object' && 'body' in given ? given.body : undefined;
    port.postMessage({ number, answer: given } satisfies FromReader, body ? [body.buffer as ArrayBuffer] : []);
  } catch (error) {
    const failure = String((error as Error).stack ?? error);
    port.postMessage({ number, failure, damage: isDamage(error) } satisfies FromReader);
  }
});
