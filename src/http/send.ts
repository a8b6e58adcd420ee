import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Blob, BlobStore } from '../blobs/blob_store.ts';

/**
 * Sends JSON with the entity tag that xAPI asks of every GET: the SHA-1 of the text, quoted (xAPI 1.0.3 Communication
 * 3.1).
 */
export function sendTagged(response: ServerResponse, value: unknown): void {
  const text = JSON.stringify(value);
  response.setHeader('ETag', `"${hash('sha1', text)}"`);
  sendJsonText(response, text);
}

export function sendJson(response: ServerResponse, value: unknown): void {
  sendJsonText(response, JSON.stringify(value));
}

/** As a text it goes out in one piece with its head. */
function sendJsonText(response: ServerResponse, text: string): void {
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
  response.writeHead(response.statusCode, headers).end(text);
}

/** Streams a blob as the rest of the answer; a client that goes away in between ends it. */
export async function sendBlob(
  request: IncomingMessage,
  response: ServerResponse,
  blobs: BlobStore,
  blob: Blob,
): Promise<void> {
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  await pipeline(await blobs.read(blob), response).catch(ignoreDisconnect);
}

/** What a client that has gone away causes is no failure of ours. */
export function ignoreDisconnect(error: unknown): void {
  if ((error as { code?: string }).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
}
