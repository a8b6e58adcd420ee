import { setTimeout as sleep } from 'node:timers/promises';
import { anIdentified, idsOf, type Posted, STATEMENTS } from './statements.ts';
import { ask } from './store.ts';

/** What some clients have sent to a store, and what became of it. */
export interface Posts {
  /** The ids of all statements that were acknowledged, in the order of the answers. */
  readonly acknowledged: string[];
  /** The ids of every request that was ever sent, request by request. */
  readonly requests: string[][];
  /** Requests without an answer: the next client sends them again, as real ones do. */
  readonly unanswered: Posted[][];
  /** How often the store asked for patience (503). */
  refused: number;
}

export function noPosts(): Posts {
  return { acknowledged: [], requests: [], unanswered: [], refused: 0 };
}

/**
 * One client for each of `sizes`, that posts requests of that many statements (one: not an array), one after the other,
 * until `stop` says so or the connection breaks.
 * @throws when the store answers anything but 200 and 503
 */
export async function postAll(
  address: string,
  posts: Posts,
  sizes: readonly number[],
  stop: () => boolean,
): Promise<void> {
  await Promise.all(sizes.map((size) => postOn(address, posts, size, stop)));
}

async function postOn(address: string, posts: Posts, size: number, stop: () => boolean): Promise<void> {
  while (!stop()) {
    const statements = posts.unanswered.shift() ?? newRequest(posts, size);
    const body = statements.length === 1 ? statements[0] : statements;
    const answer = await ask(address, STATEMENTS, { body }).catch(() => undefined);
    if (answer?.status === 200) {
      posts.acknowledged.push(...idsOf(statements));
      continue;
    }
    posts.unanswered.push(statements);
    if (answer === undefined) return;
    if (answer.status !== 503) throw new Error(`${answer.status} ${answer.text}`);
    posts.refused += 1;
    await sleep(20);
  }
}

function newRequest(posts: Posts, size: number): Posted[] {
  const learner = { mbox: `mailto:learner-${posts.requests.length % 7}@example.org` };
  const statements = Array.from({ length: size }, () => anIdentified({ actor: learner }));
  posts.requests.push(idsOf(statements));
  return statements;
}

/** A client that polls with `since` the `stored` of the last statement that it knows, and follows `more`. */
export interface Poller {
  /** All ids that it was given, in the order in which they came. */
  readonly ids: string[];
  /**
   * Asks for what is new, page by page to the last. Where the connection breaks, the next poll goes on with the same
   * page.
   */
  poll(address: string): Promise<void>;
}

export function newPoller(): Poller {
  const ids: string[] = [];
  const pageSince = (since: object) =>
    `${STATEMENTS}?${new URLSearchParams({ ascending: 'true', limit: '100', ...since })}`;
  let page = pageSince({});
  return {
    ids,
    async poll(address) {
      for (let more = true; more; ) {
        const answer = await ask(address, page).catch(() => undefined);
        if (answer === undefined) return;
        if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
        const { statements } = answer.json;
        ids.push(...idsOf(statements));
        more = answer.json.more !== '';
        if (more) page = answer.json.more;
        else if (statements.length > 0) page = pageSince({ since: statements.at(-1).stored });
      }
    },
  };
}
