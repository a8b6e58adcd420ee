import { createHash, randomBytes } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { blobNames } from '../../support/data_files.ts';
import { anAttachment, BOUNDARY, dataPart, jsonPart, multipart, sha2 } from '../../support/multipart.ts';
import { anIdentified, STATEMENTS } from '../../support/statements.ts';
import { ask, BASIC } from '../../support/store.ts';
import { type StoreProcess, startStoreProcess } from '../../support/store_process.ts';

const MIB = 2 ** 20;
/** What the store may need more while it receives or sends 100 MiB, after it has received 30. */
const MOST_MEMORY = 60 * MIB;

let store: StoreProcess;
beforeAll(async () => {
  store = await startStoreProcess();
});
afterAll(() => store.close());

const SEED = randomBytes(MIB);

/** So many MiB, no two of which are alike. */
function* pieces(count: number): Generator<Buffer> {
  for (let i = 0; i < count; i += 1) {
    const piece = Buffer.from(SEED);
    piece.writeUInt32BE(i);
    yield piece;
  }
}

it('an attachment of 100 MiB streams in and out: it is never in memory whole', async () => {
  // What a process needs for attachments at all: buffers, until they are collected.
  await upload(30);
  await store.peakMemory();
  await ask(store.address, STATEMENTS, { body: anIdentified() });
  const before = await store.peakMemory();

  const { id, digest } = await upload(100);
  expect((await store.peakMemory()) - before).toBeLessThan(MOST_MEMORY);
  expect(blobNames(store)).toContain(digest);

  const download = await send('GET', `${STATEMENTS}?statementId=${id}&attachments=true`, []);
  const answered = await end(download);
  expect(Number(download.headers['content-length'])).toBe(answered.length);
  expect((await store.peakMemory()) - before).toBeLessThan(MOST_MEMORY);
  const start = answered.indexOf(SEED.subarray(4, 100)) - 4;
  expect(sha2(answered.subarray(start, start + 100 * MIB))).toBe(digest);
});

/** Posts a statement with an attachment of so many MiB. */
async function upload(count: number): Promise<{ id: string; digest: string }> {
  const hash = createHash('sha256');
  for (const piece of pieces(count)) hash.update(piece);
  const digest = hash.digest('hex');
  const statement = anIdentified({ attachments: [anAttachment('', { length: count * MIB, sha2: digest })] });
  function* body() {
    const [first, second] = multipart([jsonPart(statement), dataPart('', { 'X-Experience-API-Hash': digest })])
      .toString()
      .split(/(?=\r\n--boundary-of-the-tests--)/);
    yield Buffer.from(first!);
    yield* pieces(count);
    yield Buffer.from(second!);
  }
  const answer = await end(await send('POST', STATEMENTS, body()));
  expect(answer.toString()).toBe(JSON.stringify([statement.id]));
  return { id: statement.id, digest };
}

async function send(method: string, path: string, body: Iterable<Buffer>): Promise<IncomingMessage> {
  const headers = { authorization: BASIC, 'x-experience-api-version': '1.0.3' };
  const type = method === 'POST' ? { 'content-type': `multipart/mixed; boundary=${BOUNDARY}` } : {};
  const sending = request(store.address + path, { method, headers: { ...headers, ...type } });
  const answer = new Promise<IncomingMessage>((resolve) => sending.once('response', resolve));
  await pipeline(Readable.from(body), sending);
  return answer;
}

async function end(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  return Buffer.concat(chunks);
}
