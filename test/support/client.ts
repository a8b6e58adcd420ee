import type { Scope } from '../../src/identity/scopes.ts';
import { issueCredential } from '../../src/main/credentials.ts';
import { type Posted, STATEMENTS } from './statements.ts';
import type { Answered, Asked, TestStore } from './store.ts';

/** Whoever asks the store something: the store itself with its first credential, or another credential. */
export type Asking = Pick<TestStore, 'ask'>;

export interface Credentialed extends Asking {
  readonly key: string;
  readonly authorization: string;
}

/** Issues a credential with these scopes, and asks with it. */
export async function withScopes(store: TestStore, ...scopes: Scope[]): Promise<Credentialed> {
  const { key, secret } = await issueCredential(store.running.store, { name: scopes.join(' '), scopes });
  const authorization = `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`;
  return { key, authorization, ...withHeaders(store, { authorization }) };
}

/** Asks as `asking` does, with these headers too. */
export function withHeaders(asking: Asking, headers: NonNullable<Asked['headers']>): Asking {
  return { ask: (path, asked) => asking.ask(path, { ...asked, headers: { ...headers, ...asked?.headers } }) };
}

/** What a query holds; an object is sent as JSON, undefined not at all. */
export type Query = Readonly<Record<string, unknown>>;

/** A path with its query, encoded. */
export function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const texts = given.map(([name, value]): [string, string] => [
    name,
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  ]);
  return texts.length === 0 ? path : `${path}?${new URLSearchParams(texts)}`;
}

/** The answer to GET statements with this query. */
export function getStatements(asking: Asking, query: Query = {}): Promise<Answered> {
  return asking.ask(withQuery(STATEMENTS, query));
}

/**
 * All statements that a query finds, page by page to the last. @throws when a page is refused, or when the pages never
 * end
 */
export async function allStatements(asking: Asking, query: Query = {}): Promise<Posted[]> {
  const statements: Posted[] = [];
  let path = withQuery(STATEMENTS, query);
  for (let page = 0; page < 1_000; page += 1) {
    const answer = await asking.ask(path);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    statements.push(...answer.json.statements);
    if (!answer.json.more) return statements;
    path = answer.json.more;
  }
  throw new Error(`the pages of ${JSON.stringify(query)} do not end`);
}

/**
 * Stores statements in one request, and gives them back as the store answers them. @throws when the store refuses them
 */
export async function post(asking: Asking, ...statements: Posted[]): Promise<Posted[]> {
  const answer = await asking.ask(STATEMENTS, { body: statements });
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return Promise.all(answer.json.map(async (id: string) => (await getAny(asking, id)).json));
}

/** A statement by its id, voided or not. */
async function getAny(asking: Asking, id: string): Promise<Answered> {
  const answer = await getStatements(asking, { statementId: id });
  return answer.status === 404 ? getStatements(asking, { voidedStatementId: id }) : answer;
}
