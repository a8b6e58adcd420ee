import type { IncomingMessage, ServerResponse } from 'node:http';

export type FixedHeaders = Readonly<Record<string, string>>;

/** The headers that a handler gives to every answer alike, so that it is asked for them once, not with each request. */
export function recordedHeaders(
  handle: (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void,
): FixedHeaders {
  const headers: Record<string, string> = {};
  const recorder = {
    setHeader(name: string, value: string) {
      headers[name] = value;
    },
    removeHeader() {},
  };
  handle({ method: 'GET', headers: {} } as IncomingMessage, recorder as unknown as ServerResponse, (error) => {
    if (error !== undefined) throw error;
  });
  return headers;
}

export function setHeaders(response: ServerResponse, headers: FixedHeaders): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}
