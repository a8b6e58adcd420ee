import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { Dicer } from '@fastify/busboy';
import type { BlobStore, IncomingBlob } from '../blobs/blob_store.ts';
import { LedgerlineError } from '../errors.ts';
import { isJson } from '../xapi/media_type.ts';

const SPEC = 'xAPI 1.0.3 Communication 1.5.2';

/** The digest that an attachment's `sha2` is, by its length in hex digits. */
const SHA2: Readonly<Record<number, string>> = { 56: 'sha224', 64: 'sha256', 96: 'sha384', 128: 'sha512' };

const BOUNDARY = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))\s*(?:;|$)/i;

/** The data of an attachment, received and found to have its hash; not kept yet. */
export interface ReceivedPart {
  /** Its X-Experience-API-Hash in lower case. */
  readonly sha2: string;
  readonly length: number;
  readonly contentType: string | undefined;
  readonly blob: IncomingBlob;
}

export interface MultipartBody {
  /** The first part: the statements. */
  readonly json: Buffer;
  readonly parts: readonly ReceivedPart[];
}

export interface MultipartLimits {
  /** Bytes of the first part. */
  readonly maxBody: number;
  /** Bytes of all others together. */
  readonly maxAttachments: number;
}

/** Whether the request's body is multipart/mixed. */
export function isMultipart({ headers }: IncomingMessage): boolean {
  return /^\s*multipart\/mixed\s*(;|$)/i.test(headers['content-type'] ?? '');
}

/**
 * Receives statements with attachments (xAPI 1.0.3 Communication 1.5.2): the attachments go to files as they come in,
 * and are checked against their hash.
 * @throws `invalid_header`, `invalid_body`, `unsupported_media_type`, `too_large`: then nothing is left behind
 */
export async function readMultipart(
  request: IncomingMessage,
  blobs: BlobStore,
  limits: MultipartLimits,
): Promise<MultipartBody> {
  const boundary = BOUNDARY.exec(request.headers['content-type'] ?? '');
  if (boundary === null) throw refusal('Content-Type', 'it names a boundary of 1 to 70 characters');
  const { 'content-encoding': encoding = 'identity' } = request.headers;
  if (encoding.toLowerCase() !== 'identity') {
    throw new LedgerlineError('unsupported_media_type', `A multipart body is not encoded, as by ${encoding}.`, {
      property: 'Content-Encoding',
      rule: 'statements with attachments are sent as they are',
    });
  }
  const received: { json?: Buffer; parts: ReceivedPart[] } = { parts: [] };
  try {
    await eachPart(request, (boundary[1] ?? boundary[2])!, async (headers, stream) => {
      if (received.json === undefined) {
        if (!isJson(headers.get('content-type') ?? ''))
          throw refusal('Content-Type', 'the first part is application/json');
        received.json = await collect(stream, limits.maxBody);
        return;
      }
      const room = limits.maxAttachments - received.parts.reduce((sum, { length }) => sum + length, 0);
      received.parts.push(await receivePart(headers, stream, blobs, room));
    });
    if (received.json === undefined) throw refusal('', 'there is a part with the statements');
    return { json: received.json, parts: received.parts };
  } catch (error) {
    await Promise.all(received.parts.map(({ blob }) => blob.drop()));
    throw error;
  }
}

type PartHeaders = ReadonlyMap<string, string>;

/**
 * Hands each part to `handle`, one after the other; the request is read no faster than they are handled. When it
 * rejects, no part is handled any more.
 */
function eachPart(
  request: IncomingMessage,
  boundary: string,
  handle: (headers: PartHeaders, stream: Readable) => Promise<void>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const parser = new Dicer({ boundary });
    let handled = Promise.resolve();
    let latest: Readable | undefined;
    let headless = false;
    let failed = false;
    const fail = (error: unknown) => {
      if (failed) return;
      failed = true;
      request.unpipe(parser);
      // What is still to come is read and thrown away first, so that a client that only sends gets to read the refusal.
      request.resume();
      latest?.destroy(error as Error);
      Promise.allSettled([handled, finished(request)]).then(() => reject(error));
    };
    // The parser passes over parts that end before their headers do.
    const refuseHeadless = () => headless && fail(malformed('a part has no headers'));
    parser.on('part', (part) => {
      refuseHeadless();
      headless = true;
      latest = part as unknown as Readable;
      const stream = latest;
      part.on('header', (given: Record<string, string[]>) => {
        headless = false;
        const repeated = Object.keys(given).find((name) => given[name]!.length > 1);
        if (repeated !== undefined) return fail(malformed(`a part has the header ${repeated} more than once`));
        const headers = new Map(Object.entries(given).map(([name, values]) => [name.toLowerCase(), values[0]!]));
        handled = handled.then(() => (failed ? undefined : handle(headers, stream)));
        handled.catch(fail);
      });
      // Its reader gets the error, the parser has reported it, or the reader has caused it by reading no further.
      part.on('error', () => {});
    });
    parser.on('error', (error) => fail(malformed((error as Error).message)));
    parser.on('finish', () => {
      refuseHeadless();
      handled.then(() => failed || resolve(), fail);
    });
    request.once('close', () => request.complete || fail(malformed('the request was broken off')));
    request.pipe(parser);
  });
}

async function receivePart(
  headers: PartHeaders,
  stream: Readable,
  blobs: BlobStore,
  room: number,
): Promise<ReceivedPart> {
  const sha2 = headers.get('x-experience-api-hash')?.trim().toLowerCase();
  const algorithm = sha2 === undefined || !/^[0-9a-f]+$/.test(sha2) ? undefined : SHA2[sha2.length];
  if (sha2 === undefined || algorithm === undefined) {
    throw refusal('X-Experience-API-Hash', 'every part after the first has the SHA-2 hash of its data, in hex');
  }
  if (headers.get('content-transfer-encoding')?.trim().toLowerCase() !== 'binary') {
    throw refusal('Content-Transfer-Encoding', 'it is binary for every part after the first');
  }
  const blob = await blobs.receive(stream, room, [algorithm]);
  try {
    refuseMisdescribed(headers, blob.digests[algorithm]!, sha2, blob.length);
  } catch (error) {
    await blob.drop();
    throw error;
  }
  return { sha2, length: blob.length, contentType: headers.get('content-type'), blob };
}

function refuseMisdescribed(headers: PartHeaders, digest: string, sha2: string, length: number): void {
  if (digest !== sha2) throw refusal('X-Experience-API-Hash', `it is the hash of the part's data, which is ${digest}`);
  const declared = headers.get('content-length')?.trim() ?? `${length}`;
  if (declared !== `${length}`)
    throw refusal('Content-Length', `it is the length of the part's data, which is ${length}`);
}

async function collect(stream: AsyncIterable<Uint8Array>, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > limit) {
      throw new LedgerlineError('too_large', `The statements are larger than ${limit} bytes.`, {
        rule: 'LEDGERLINE_MAX_BODY',
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function malformed(message: string): LedgerlineError {
  return new LedgerlineError('invalid_body', `The multipart body is malformed: ${message}.`, { spec: SPEC });
}

function refusal(property: string, rule: string): LedgerlineError {
  return new LedgerlineError('invalid_body', `The multipart body cannot be taken: ${rule}.`, {
    property,
    rule,
    spec: SPEC,
  });
}
