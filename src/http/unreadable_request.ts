import { maxHeaderSize, STATUS_CODES } from 'node:http';
import type { ErrorCode } from '../errors.ts';
import { VERSION_HEADER, type XapiVersion } from '../xapi/version.ts';
import type { ErrorBody } from './error_response.ts';
import { pairsOf } from './fixed_headers.ts';
import { DATA_HEADERS } from './security_headers.ts';

/** What Node's parser says of a request that it does not read on: the status, our code, and what we say. */
const REASONS: Readonly<Record<string, readonly [status: number, code: ErrorCode, message: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'too_large', `URL and headers are larger than ${maxHeaderSize} bytes together.`],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'too_large', 'The extensions of the chunks are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'invalid_body', 'The request did not come in time.'],
};

/**
 * The whole answer to what cannot be read as a request, so that none of the handlers sees it; after it the connection
 * ends. Like every answer it names a version (xAPI 1.0.3 Communication 3.3).
 */
export function unreadableAnswer(error: NodeJS.ErrnoException, version: XapiVersion): string {
  const { reason = 'it is no HTTP/1.1' } = error as { reason?: string };
  const [status, code, message] = REASONS[error.code ?? ''] ?? [
    400,
    'invalid_header' as const,
    `The request cannot be read: ${reason}.`,
  ];
  const id = crypto.randomUUID();
  const body = JSON.stringify({ error: { code, message, id } } satisfies ErrorBody);
  const headers = [
    ['X-Request-Id', id],
    ['Cache-Control', 'no-store'],
    [VERSION_HEADER, version],
    ...pairsOf(DATA_HEADERS),
    ['Content-Type', 'application/json'],
    ['Content-Length', Buffer.byteLength(body)],
    ['Connection', 'close'],
  ];
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`;
}
