import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startTestStore } from '../support/store.ts';

const AGENT = encodeURIComponent('{"mbox":"mailto:learner-1@example.org"}');
const state = (id: string) => `/xapi/activities/state?activityId=https://example.org/a&agent=${AGENT}&stateId=${id}`;

/** The names of all blobs. */
function blobsIn(data: string): string[] {
  return readdirSync(join(data, 'blobs'))
    .filter((folder) => folder.length === 2)
    .flatMap((folder) => readdirSync(join(data, 'blobs', folder)))
    .sort();
}

it('drops at a start what no statement and no present document names, and nothing else', async () => {
  const store = await startTestStore({ LEDGERLINE_SUPERSEDED_BLOBS: 'drop' });
  try {
    const [first, second, attached, gone] = [0, 1, 2, 3].map(() => randomBytes(100_000));
    const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    const put = (id: string, body: Buffer) =>
      store.ask(state(id), { method: 'PUT', body, headers: { 'content-type': 'application/octet-stream' } });
    await put('kept', first!);
    await put('kept', second!);
    await put('as attached', attached!);
    await put('gone', gone!);
    await store.ask(state('gone'), { method: 'DELETE' });

    const statement = {
      actor: { mbox: 'mailto:learner-1@example.org' },
      verb: { id: 'http://adlnet.gov/expapi/verbs/completed' },
      object: { id: 'https://example.org/a' },
      attachments: [
        {
          usageType: 'https://example.org/evidence',
          display: { en: 'evidence' },
          contentType: 'application/octet-stream',
          length: attached!.length,
          sha2: sha256(attached!),
        },
      ],
    };
    const head = `--x\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(statement)}\r\n--x\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: ${sha256(attached!)}\r\n\r\n`;
    const body = Buffer.concat([Buffer.from(head), attached!, Buffer.from('\r\n--x--\r\n')]);
    const posted = await store.ask('/xapi/statements', {
      body,
      headers: { 'content-type': 'multipart/mixed; boundary=x' },
    });
    expect(posted.status).toBe(200);
    await store.ask(state('as attached'), { method: 'DELETE' });
    expect(blobsIn(store.data)).toHaveLength(4);

    await store.restart();
    expect(blobsIn(store.data)).toEqual([sha256(second!), sha256(attached!)].sort());
    expect((await store.ask(state('kept'))).bytes.equals(second!)).toBe(true);
    const got = await store.ask(`/xapi/statements?statementId=${posted.json[0]}&attachments=true`);
    expect(got.bytes.includes(attached!)).toBe(true);
  } finally {
    await store.close();
  }
});
