import { createHash, randomBytes } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { blobNames } from '../../support/data_files.ts';
import { anAttachment, BOUNDARY, sha2 } from '../../support/multipart.ts';
import { anIdentified, STATEMENTS } from '../../support/statements.ts';
import { ask, BASIC } from '../../support/store.ts';
import { type StoreProcess, startStoreProcess } from '../../support/store_process.ts';

const MIB = 2 ** 20;
const PIECES = 100;
/** What the store may need more while it receives or sends 100 MiB. */
const MOST_MEMORY = 50 * MIB;

let store: StoreProcess;
beforeAll(async () => {
  store = await startStoreProcess();
});
afterAll(() => store.close());

/** 100 MiB, no two of which are alike. */
function* pieces(): Generator<Buffer> {
  const piece = Buffer.from(SEED);
  for (let i = 0; i < PIECES; i += 1) {
    piece.writeUInt32BE(i);
    yield Buffer.from(piece);
  }
}
const SEED = randomBytes(MIB);

it('an attachment of 100 MiB streams in and out: it is never in memory whole', async () => {
  const hash = createHash('sha256');
  for (const piece of pieces()) hash.update(piece);
  const digest = hash.digest('hex');
  const statement = anIdentified({ attachments: [anAttachment('', { length: PIECES * MIB, sha2: digest })] });
  // What a process needs for its first requests, whatever their size.
  await ask(store.address, STATEMENTS, { body: anIdentified() });
  await store.peakMemory();
  await ask(store.address, STATEMENTS, { body: anIdentified() });
  const before = await store.peakMemory();

  expect(await upload(statement, digest)).toBe(`["${statement.id}"]`);
  expect((await store.peakMemory()) - before).toBeLessThan(MOST_MEMORY);
  expect(blobNames(store)).toEqual([digest]);

  const download = await send('GET', `${STATEMENTS}?statementId=${statement.id}&attachments=true`, []);
  const answered = await end(download);
  expect(Number(download.headers['content-length'])).toBe(answered.length);
  expect(answered.length).toBeGreaterThan(PIECES * MIB);
  expect((await store.peakMemory()) - before).toBeLessThan(MOST_MEMORY);
  const start = answered.indexOf(SEED.subarray(4, 100)) - 4;
  expect(sha2(answered.subarray(start, start + PIECES * MIB))).toBe(digest);
});

async function upload(statement: object, digest: string): Promise<string> {
  const head = `--${BOUNDARY}\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(statement)}\r\n--${BOUNDARY}\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: ${digest}\r\n\r\n`;
  function* body() {
    yield Buffer.from(head);
    yield* pieces();
    yield Buffer.from(`\r\n--${BOUNDARY}--\r\n`);
  }
  return (await end(await send('POST', STATEMENTS, body()))).toString();
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
