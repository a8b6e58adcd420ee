import { createHash, randomUUID } from 'node:crypto';
import { type Asking, type Query, withQuery } from './client.ts';
import type { Answered, Asked } from './store.ts';

/** A document resource: where it is, and what names a document there. */
export interface DocumentResource {
  readonly name: string;
  readonly path: string;
  readonly idName: 'stateId' | 'profileId';
  /** A context in which no other test has documents. */
  readonly context: () => Query;
}

const anActivity = () => `https://example.org/activities/${randomUUID()}`;
const anAgent = () => ({ mbox: `mailto:${randomUUID()}@example.org` });

export const STATE: DocumentResource = {
  name: 'activities/state',
  path: '/xapi/activities/state',
  idName: 'stateId',
  context: () => ({ activityId: anActivity(), agent: anAgent() }),
};

export const AGENT_PROFILE: DocumentResource = {
  name: 'agents/profile',
  path: '/xapi/agents/profile',
  idName: 'profileId',
  context: () => ({ agent: anAgent() }),
};

export const ACTIVITY_PROFILE: DocumentResource = {
  name: 'activities/profile',
  path: '/xapi/activities/profile',
  idName: 'profileId',
  context: () => ({ activityId: anActivity() }),
};

export const DOCUMENT_RESOURCES = [STATE, AGENT_PROFILE, ACTIVITY_PROFILE] as const;

/** The headers with which a document may be created, whatever the resource and version. */
export const NEW = { 'if-none-match': '*' };

type Headers = NonNullable<Asked['headers']>;

/** The documents of one context. */
export interface Documents {
  readonly context: Query;
  /** The path with the context and `query`. */
  at(query?: Query): string;
  put(id: string, body: unknown, headers?: Headers): Promise<Answered>;
  /** A PUT that must create: If-None-Match is *. */
  create(id: string, body: unknown, headers?: Headers): Promise<Answered>;
  post(id: string, body: unknown, headers?: Headers): Promise<Answered>;
  get(id: string): Promise<Answered>;
  remove(id: string | undefined, headers?: Headers): Promise<Answered>;
  list(query?: Query): Promise<Answered>;
}

/** The documents of a resource in a context, by default one of their own. */
export function documentsOf(
  asking: Asking,
  { path, idName, context: own }: DocumentResource,
  context: Query = own(),
): Documents {
  const at = (query: Query = {}) => withQuery(path, { ...context, ...query });
  const write =
    (method: string) =>
    (id: string, body: unknown, headers: Headers = {}) =>
      asking.ask(at({ [idName]: id }), { method, body, headers });
  const put = write('PUT');
  return {
    context,
    at,
    put,
    create: (id, body, headers) => put(id, body, { ...NEW, ...headers }),
    post: write('POST'),
    get: (id) => asking.ask(at({ [idName]: id })),
    remove: (id, headers = {}) => asking.ask(at({ [idName]: id }), { method: 'DELETE', headers }),
    list: (query) => asking.ask(at(query)),
  };
}

/** The entity tag of a document with this content. */
export function etagOf(content: Uint8Array | string): string {
  return `"${createHash('sha1').update(content).digest('hex')}"`;
}
