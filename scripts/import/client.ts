import { createStoreClient, type StoreAnswer, type StoreClientOptions } from '../store_client.ts';

/** The answer to one post. */
export interface Answer extends Omit<StoreAnswer, 'content'> {
  /** How many ids the store answered with, when that is what it answered. */
  readonly accepted?: number;
}

/** Posts statements to one store, over connections that are kept. */
export interface Client {
  /**
   * Posts a JSON array of statements once.
   * @throws the system's error when there is no whole answer
   */
  post(body: Buffer): Promise<Answer>;
  close(): void;
}

export interface ClientOptions extends StoreClientOptions {
  readonly xapiVersion: string;
}

/** A client of the statements resource; not more posts than `connections` are on their way at a time. */
export function createClient({ xapiVersion, ...options }: ClientOptions): Client {
  const store = createStoreClient(options);
  const headers = { 'x-experience-api-version': xapiVersion };
  return {
    async post(body) {
      const { content, ...answer } = await store.ask({ method: 'POST', path: '/xapi/statements', headers, body });
      return { ...answer, ...(Array.isArray(content) && { accepted: content.length }) };
    },
    close: () => store.close(),
  };
}
