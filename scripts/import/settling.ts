import { LedgerlineError } from '../../src/errors.ts';
import type { Answer } from './client.ts';
import type { Refusal, Statement } from './statements.ts';

/** What became of some statements: how many are in the store, and the others. */
export interface Outcome {
  readonly stored: number;
  readonly refused: readonly Refusal[];
}

/** Errors that are about the request and would come back with any statement. */
const ABOUT_THE_REQUEST = new Set(['invalid_header', 'invalid_parameter', 'not_found', 'method_not_allowed']);

/**
 * Posts statements until each is stored or refused by itself. A post is all or nothing, so when one is refused the
 * statement that the error points at is taken out and the others are posted again; where the error points at none,
 * the halves are posted by themselves.
 * @param post posts a JSON array and comes back with an answer about it
 * @throws LedgerlineError when the answer is not about statements: `unauthenticated`, `forbidden`, or `unavailable`
 *   for a wrong address, a wrong header and a fault of the store. Then some may be stored, which is no harm.
 */
export async function settle(
  statements: readonly Statement[],
  post: (body: Buffer) => Promise<Answer>,
): Promise<Outcome> {
  const refused: Refusal[] = [];
  let rest = statements;
  while (rest.length > 0) {
    const answer = await post(jsonArray(rest));
    if (answer.status >= 200 && answer.status < 300) {
      if (answer.accepted === rest.length) break;
      throw new LedgerlineError('unavailable', 'the answer is no list of statement ids; is the address right?');
    }
    assertAboutStatements(answer);
    const index = rest.length === 1 ? 0 : indexOfOffender(rest, answer);
    if (index === undefined) {
      const middle = rest.length >> 1;
      const first = await settle(rest.slice(0, middle), post);
      const second = await settle(rest.slice(middle), post);
      refused.push(...first.refused, ...second.refused);
      break;
    }
    refused.push(refusalOf(rest[index]!, answer));
    rest = rest.toSpliced(index, 1);
  }
  refused.sort((one, other) => one.position - other.position);
  return { stored: statements.length - refused.length, refused };
}

function jsonArray(statements: readonly Statement[]): Buffer {
  const parts = statements.flatMap(({ bytes }, index) => [Buffer.from(index === 0 ? '[' : ','), bytes]);
  return Buffer.concat([...parts, Buffer.from(']')]);
}

function assertAboutStatements({ status, error }: Answer): void {
  const said = `the store answers ${status}: ${error.message}`;
  if (status === 401) throw new LedgerlineError('unauthenticated', `Key or secret is wrong (${said})`);
  if (status === 403) throw new LedgerlineError('forbidden', `The key may not store statements (${said})`);
  const isRefusal = status >= 400 && status < 500 && status !== 404 && status !== 405;
  if (!isRefusal || ABOUT_THE_REQUEST.has(error.code)) throw new LedgerlineError('unavailable', said);
}

function indexOfOffender(statements: readonly Statement[], { error }: Answer): number | undefined {
  const [, index] = /^\/(\d+)(?:\/|$)/.exec(error.property ?? '') ?? [];
  if (index !== undefined && Number(index) < statements.length) return Number(index);
  if (error.id === undefined) return undefined;
  const named = statements.findIndex(({ id }) => id === error.id);
  return named === -1 ? undefined : named;
}

/** The first step of the pointer is the place in the post, which is not the place in the file. */
function refusalOf({ position, id }: Statement, { status, error }: Answer): Refusal {
  const { property: sent, id: _, message: said, ...rest } = error;
  if (!sent) return { position, id, status, ...rest, message: said };
  const property = sent.replace(/^\/\d+/, '');
  const message = said.startsWith(sent) ? `${property || 'The statement'}${said.slice(sent.length)}` : said;
  return { position, id, status, ...rest, message, property };
}
