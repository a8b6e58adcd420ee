import type { IncomingMessage, ServerResponse } from 'node:http';

/** Headers that are the same in every answer: their names, as they are written, and values in turn. */
export type FixedHeaders = readonly string[];

/** The headers that a handler gives to every answer alike, so that it is asked for them once, not with each request. */
export function recordedHeaders(
  handle: (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void,
): FixedHeaders {
  const headers = new Map<string, string>();
  const recorder = {
    setHeader(name: string, value: string) {
      headers.set(name, value);
    },
    removeHeader() {},
  };
  handle({ method: 'GET', headers: {} } as IncomingMessage, recorder as unknown as ServerResponse, (error) => {
    if (error !== undefined) throw error;
  });
  return [...headers].flat();
}

/** Each name with its value. */
export function* pairsOf(headers: FixedHeaders): Generator<readonly [name: string, value: string]> {
  for (let i = 0; i < headers.length; i += 2) yield [headers[i]!, headers[i + 1]!];
}
