import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startTestStore } from './store.ts';

/** A store in a process of its own, whose memory can be watched. */
export interface StoreProcess {
  readonly address: string;
  readonly data: string;
  /** The most resident memory since this was asked last, in bytes. */
  peakMemory(): Promise<number>;
  close(): Promise<void>;
}

export async function startStoreProcess(): Promise<StoreProcess> {
  const child = fork(fileURLToPath(import.meta.url), { execArgv: [] });
  const { address, data } = await answerOf<{ address: string; data: string }>(child);
  return {
    address,
    data,
    peakMemory: () => ask<number>(child, 'peak memory'),
    async close() {
      const gone = once(child, 'exit');
      await ask(child, 'close');
      child.disconnect();
      await gone;
    },
  };
}

function ask<T>(child: ChildProcess, question: string): Promise<T> {
  const answer = answerOf<T>(child);
  child.send(question);
  return answer;
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  return (await once(child, 'message'))[0];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const store = await startTestStore();
  let peak = 0;
  const sampling = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 5);
  process.on('message', async (question) => {
    if (question === 'close') {
      clearInterval(sampling);
      await store.close();
      process.send!('closed');
      return;
    }
    process.send!(Math.max(peak, process.memoryUsage.rss()));
    peak = 0;
  });
  process.send!({ address: store.address, data: store.data });
}
