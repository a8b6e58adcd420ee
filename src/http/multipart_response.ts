import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { BlobStore } from '../blobs/blob_store.ts';
import type { ShownAttachment } from '../queries/answers.ts';
import { ignoreDisconnect } from './send.ts';

/**
 * Sends statements with the data of their attachments, each once, as multipart/mixed (xAPI 1.0.3 Communication 1.5.2,
 * 2.1.3).
 */
export async function sendMultipart(
  request: IncomingMessage,
  response: ServerResponse,
  json: readonly Uint8Array[],
  attachments: readonly ShownAttachment[],
  blobs: BlobStore,
): Promise<void> {
  // What is missing is told by the answer's status, as long as that has not been sent.
  if (request.method !== 'HEAD') await blobs.prepare(attachments);
  const boundary = `ledgerline-${randomBytes(16).toString('hex')}`;
  const heads = [
    `--${boundary}\r\nContent-Type: application/json\r\n\r\n`,
    ...attachments.map(
      ({ contentType, sha2, length }) =>
        `\r\n--${boundary}\r\nContent-Type: ${contentType}\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: ${sha2}\r\nContent-Length: ${length}\r\n\r\n`,
    ),
  ];
  const end = `\r\n--${boundary}--\r\n`;
  const texts = [...heads, end].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const contents = [...json, ...attachments].reduce((sum, { length }) => sum + length, 0);
  response.setHeader('Content-Type', `multipart/mixed; boundary=${boundary}`);
  response.setHeader('Content-Length', texts + contents);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  async function* parts() {
    yield heads[0]!;
    yield* json;
    for (const [i, attachment] of attachments.entries()) {
      yield heads[i + 1]!;
      yield* await blobs.read(attachment);
    }
    yield end;
  }
  await pipeline(parts, response).catch(ignoreDisconnect);
}
