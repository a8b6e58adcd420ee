import { randomUUID } from 'node:crypto';
import { binaryEvent, type Credentials, EventStoreDBClient, type ReadStreamOptions } from '@eventstore/db-client';
import { type KurrentDoubleCluster, startKurrentDoubleCluster } from '../support/kurrentdb_double/cluster.ts';
import {
  type KurrentDouble,
  type KurrentDoubleOptions,
  startKurrentDouble,
} from '../support/kurrentdb_double/double.ts';

export const STREAM = 'a-stream';

/** The two ways of the client to append: batch unless it is given credentials for the call. */
export const WAYS: [string, { credentials?: Credentials }][] = [
  ['batch', {}],
  ['plain', { credentials: { username: 'writer', password: 'secret' } }],
];

const open: (() => Promise<void>)[] = [];

/** Closes, newest first, what a test has opened; for `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const close of open.splice(0).reverse()) await close();
}

export async function double(options?: KurrentDoubleOptions): Promise<KurrentDouble> {
  const started = await startKurrentDouble(options);
  open.push(started.close);
  return started;
}

export async function cluster(size: number): Promise<KurrentDoubleCluster> {
  const started = await startKurrentDoubleCluster(size);
  open.push(started.close);
  return started;
}

/** The real client. */
export function connect(address: string): EventStoreDBClient {
  const client = EventStoreDBClient.connectionString(address);
  open.push(client.dispose);
  return client;
}

export function event(text: string) {
  return binaryEvent({
    id: randomUUID(),
    type: 'tested',
    data: Buffer.from(text),
    metadata: Buffer.from('{"by":"tester"}'),
  });
}

/** Events with the texts 0, 1, 2 and so on. */
export function several(count: number) {
  return Array.from({ length: count }, (_, i) => event(`${i}`));
}

/** What a client reads of the stream: revision and text of each event. */
export async function read(client: EventStoreDBClient, options?: ReadStreamOptions): Promise<string[]> {
  const texts: string[] = [];
  for await (const { event: each } of client.readStream(STREAM, options)) {
    texts.push(`${each!.revision} ${Buffer.from(each!.data as Uint8Array).toString()}`);
  }
  return texts;
}
