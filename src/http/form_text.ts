import { LedgerlineError } from '../errors.ts';

/**
 * The names and values of a query or a form (application/x-www-form-urlencoded), which are UTF-8 (xAPI 1.0.3
 * Communication 1.4).
 * @param text as latin1: a character for each byte
 * @throws `invalid_parameter` when what is written is not UTF-8, so that two values do not become one
 */
export function* formPairs(text: string): Generator<[name: string, value: string]> {
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    yield equals < 0 ? [decoded(pair), ''] : [decoded(pair.slice(0, equals)), decoded(pair.slice(equals + 1))];
  }
}

/** The parameters of a query by their names. */
export type Query = Record<string, string | string[]>;

/** Reads a query: the values of a name that stands more than once are an array. @throws as `formPairs` */
export function readQuery(text: string | null): Query {
  const query: Query = Object.create(null);
  if (!text) return query;
  for (const [name, value] of formPairs(text)) {
    const known = query[name];
    query[name] = known === undefined ? value : [known, value].flat();
  }
  return query;
}

/** A percent sign that begins no encoding stands for itself, as browsers have it. */
function decoded(text: string): string {
  const encoded = text
    .replaceAll('+', ' ')
    .replaceAll(/%(?![0-9A-Fa-f]{2})/g, '%25')
    .replaceAll(/[\x80-\xff]/g, encodeByte);
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new LedgerlineError('invalid_parameter', 'The parameters are not UTF-8.', {
      rule: 'names and values are UTF-8, percent-encoded',
      spec: 'xAPI 1.0.3 Communication 1.4',
    });
  }
}

function encodeByte(char: string): string {
  return `%${char.charCodeAt(0).toString(16)}`;
}
