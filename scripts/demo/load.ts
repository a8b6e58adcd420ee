import type { Day } from '../../src/events/learning_types.ts';
import { createStoreClient, type StoreClient } from '../store_client.ts';
import { authorityOf, type Credential, credentialFor } from './credentials.ts';
import { coursesOf, declareExamplePolicy, readExamplePolicy } from './example_policy.ts';
import type { Life } from './life.ts';
import type { DemoOptions } from './options.ts';
import type { DemoStore } from './own_store.ts';
import { populationOf } from './phases.ts';
import { type Asker, PLATFORMS } from './request.ts';
import { type Ask, CONNECTIONS, patiently, sendPhase } from './send.ts';

/** What was loaded. */
export interface Loaded {
  readonly lives: readonly Life[];
  /** An instant before everything that became known later. */
  readonly before: string;
}

/**
 * Loads the example policy and a population into the store.
 * @throws what `sendPhase` throws
 */
export async function loadPopulation(
  store: DemoStore,
  { people, seed }: DemoOptions,
  today: Day,
  signal: AbortSignal,
): Promise<Loaded> {
  const clients: StoreClient[] = [];
  const clientOf = (credential: Credential): StoreClient => {
    const { key, secret } = credential;
    const client = createStoreClient({ url: store.url, key, secret, connections: CONNECTIONS });
    clients.push(client);
    return client;
  };
  try {
    const admin = patiently(clientOf(store), signal);
    const platforms: [Asker, Ask][] = [];
    const authorities: Record<string, string> = {};
    for (const platform of PLATFORMS) {
      const scopes = ['statements/write', 'statements/read/mine'];
      const ask = patiently(clientOf(await credentialFor(store, { name: platform, scopes })), signal);
      platforms.push([platform, ask]);
      authorities[platform] = await authorityOf(ask);
    }
    const askers = { admin, ...Object.fromEntries(platforms) } as Readonly<Record<Asker, Ask>>;
    const declarations = await readExamplePolicy();
    await declareExamplePolicy(declarations, authorities, admin);
    const { lives, first, later } = populationOf(people, seed, today, coursesOf(declarations));
    for (const phase of first) await sendPhase(phase, askers);
    const before = await newestStored(admin);
    for (const phase of later) await sendPhase(phase, askers);
    return { lives, before };
  } finally {
    for (const client of clients) client.close();
  }
}

/** When the newest statement was stored, by the store's own clock. */
async function newestStored(ask: Ask): Promise<string> {
  const headers = { 'x-experience-api-version': '1.0.3' };
  const { content } = await ask({ method: 'GET', path: '/xapi/statements?limit=1', headers });
  return (content as { statements: readonly { stored: string }[] }).statements[0]!.stored;
}
