import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Day } from '../../src/events/learning_types.ts';
import { addPeriod } from '../../src/learning/days.ts';
import { createStoreClient } from '../store_client.ts';
import { type Credential, credentialFor } from './credentials.ts';
import { currentOf, type Life } from './life.ts';
import type { Loaded } from './load.ts';
import type { DemoStore } from './own_store.ts';
import { patiently, refused } from './send.ts';
import { HOME, MISSIONS } from './world.ts';

/** How many learners are asked about. */
const ASKED = 60;
const PATIENCE_MS = 600_000;
const PAUSE_MS = 250;

const standing = z.object({
  knownAt: z.int(),
  agencies: z.array(z.object({ statuses: z.array(z.object({ status: z.string() })) })),
});

/** A question worth asking, as a line of a shell that asks it. */
export interface Link {
  readonly title: string;
  readonly curl: string;
}

/**
 * Three questions, each with a credential of the role that asks it: an agency's, a learner's and an auditor's. Each has
 * been answered once.
 * @throws what `patiently`, `answered` and `credentialFor` throw
 */
export async function linksOf(store: DemoStore, loaded: Loaded, today: Day, signal: AbortSignal): Promise<Link[]> {
  const { person, revision } = await learnerToShow(store, loaded.lives, today, signal);
  const past = addPeriod(today, 'P6M', -1);
  const known = encodeURIComponent(loaded.before);
  const agency = `/api/agencies/${HOME}/compliance`;
  const now = `${agency}?asOf=${today}`;
  console.error('Waiting until all statuses are worked out …');
  await answered(store, store, `${now}&knownAt=${revision}`, signal);
  const asked = [
    ['How an agency stands today', `agency-reader:${HOME}`, now],
    ['How a learner stands, and why', `learner:${person}`, `/api/learners/${person}/compliance`],
    [`An auditor: ${past}, as known before what came late`, 'auditor', `${agency}?asOf=${past}&knownAt=${known}`],
  ] as const;
  const links: Link[] = [];
  for (const [title, role, path] of asked) {
    const credential = await credentialFor(store, { name: role, roles: [role] });
    await answered(store, credential, path, signal);
    const user = word(`${credential.key}:${credential.secret}`);
    links.push({ title, curl: `curl -u ${user} ${word(`${store.url.replace(/\/+$/, '')}${path}`)}` });
  }
  return links;
}

/**
 * Waits until a question is answered: what the store works out in the background takes its time.
 * @throws LedgerlineError `unavailable` with its refusal; the signal's reason when it ends the wait
 */
async function answered({ url }: DemoStore, { key, secret }: Credential, path: string, signal: AbortSignal) {
  const client = createStoreClient({ url, key, secret, connections: 1 });
  const deadline = performance.now() + PATIENCE_MS;
  try {
    for (;;) {
      const answer = await client.ask({ method: 'GET', path });
      if (answer.status === 200) return;
      if (answer.status !== 503 || performance.now() > deadline) throw refused('GET', path, answer);
      await wait(PAUSE_MS, undefined, { signal });
    }
  } finally {
    client.close();
  }
}

/** As one word of a shell. */
function word(text: string): string {
  return /^[\w:.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Of some people of the agency the one who stands in the most different ways, and the revision that says so. */
async function learnerToShow(store: DemoStore, lives: readonly Life[], today: Day, signal: AbortSignal) {
  const client = createStoreClient({ ...store, connections: 1 });
  const ask = patiently(client, signal);
  let best = { person: lives[0]!.person, score: -1, revision: 0 };
  try {
    for (const { person } of likely(lives, today)) {
      const { content } = await ask({ method: 'GET', path: `/api/learners/${person}/compliance` });
      const { agencies, knownAt: revision } = standing.parse(content);
      const statuses = agencies.flatMap((one) => one.statuses.map(({ status }) => status));
      // Kinds first, then how much there is to see.
      const score = new Set(statuses).size * 1_000 + statuses.length;
      if (score > best.score) best = { person, score, revision };
    }
  } finally {
    client.close();
  }
  return best;
}

/** Who serves there today: first those in uniform, in a mission, or with a deployment or an absence. */
function likely(lives: readonly Life[], today: Day): Life[] {
  const there = lives.filter((life) => currentOf(life, today)?.agency === HOME);
  if (there.length === 0) return lives.slice(0, 1);
  const weight = (life: Life) => {
    const station = currentOf(life, today)!.stations.at(-1)!.value;
    const special = [life.absence, life.deployment, life.supervisor].filter((one) => one !== undefined).length;
    return special * 2 + (life.category === 'uniformed' ? 2 : 0) + (MISSIONS.includes(station) ? 1 : 0);
  };
  return there.toSorted((one, other) => weight(other) - weight(one)).slice(0, ASKED);
}
