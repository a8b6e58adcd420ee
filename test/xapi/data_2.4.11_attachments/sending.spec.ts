import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asking, getStatements, withHeaders } from '../../support/client.ts';
import { blobNames, expectIncoming } from '../../support/data_files.ts';
import {
  anAttachment,
  dataPart,
  inParts,
  jsonPart,
  multipart,
  partsOf,
  postWithData,
  sha2,
} from '../../support/multipart.ts';
import { anIdentified, aStatementAbout, type Posted, STATEMENTS } from '../../support/statements.ts';
import { startTestStore, type TestStore } from '../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(async () => {
  await expectIncoming(store, 0);
  await store.close();
});

/** What the store gives back of a statement's attachments, by their hash. */
async function dataOf(asking: Asking, statementId: string): Promise<Record<string, string>> {
  const parts = partsOf(await getStatements(asking, { statementId, attachments: true }));
  return Object.fromEntries(
    parts.slice(1).map(({ headers, body }) => [headers['x-experience-api-hash'], body.toString('latin1')]),
  );
}

const EVERY_BYTE = Buffer.from(Array.from({ length: 1024 }, (_, i) => i % 256));
const CONTENTS: readonly (readonly [string, Buffer])[] = [
  ['text', Buffer.from('here is a simple attachment')],
  ['nothing', Buffer.alloc(0)],
  ['every byte', EVERY_BYTE],
  ['line ends', Buffer.from('\r\n\r\n--\r\n\n--\r')],
  ['a line end and dashes at its end', Buffer.from('x\r\n--')],
  [
    'almost the boundary',
    Buffer.from('\r\n--boundary-of-the-test\r\n-boundary-of-the-tests\r\nboundary-of-the-tests--'),
  ],
  ['the boundary where no line begins', Buffer.from('x--boundary-of-the-tests\r\n\n--boundary-of-the-tests--')],
  ['much', randomBytes(1_500_000)],
];

describe.each(['1.0.3', '2.0.0'])('Data 2.4.11 statements with data under %s', (version) => {
  const asking = () => withHeaders(store, { 'x-experience-api-version': version });

  it.each(CONTENTS)('XAPI-00127 %s comes in and goes out octet by octet', async (_, data) => {
    const statement = anIdentified({ attachments: [anAttachment(data)] });
    const posted = await postWithData(asking(), statement, data);
    expect([posted.status, posted.json]).toEqual([200, [statement.id]]);
    expect(await dataOf(asking(), statement.id)).toEqual({ [sha2(data)]: data.toString('latin1') });
    const { json } = await getStatements(asking(), { statementId: statement.id });
    expect(json.attachments).toEqual(statement.attachments);
  });

  it('XAPI-00127 the length is that of the octets that are sent, not of what they stand for', async () => {
    const digits = Buffer.from('a picture').toString('hex');
    const of = (length: number) => anIdentified({ attachments: [anAttachment(digits, { length })] });
    const refused = await postWithData(asking(), of(digits.length / 2), digits);
    expect([refused.status, refused.json.error.property]).toEqual([400, '/attachments/0/length']);
    expect((await postWithData(asking(), of(digits.length), digits)).status).toBe(200);
  });

  it('several statements with several attachments, in whatever order the parts come', async () => {
    const data = ['one', 'two', 'three'];
    const [one, two, three] = data.map((text) => anAttachment(text)) as [Posted, Posted, Posted];
    const statements = [
      anIdentified({ attachments: [one, two] }),
      anIdentified(),
      anIdentified({ attachments: [three, one] }),
    ];
    const posted = await postWithData(asking(), statements, 'three', 'one', 'two');
    expect(posted.status).toBe(200);
    expect(await dataOf(asking(), statements[0]!.id)).toEqual({ [sha2('one')]: 'one', [sha2('two')]: 'two' });
    expect(await dataOf(asking(), statements[1]!.id)).toEqual({});
    expect(await dataOf(asking(), statements[2]!.id)).toEqual({ [sha2('one')]: 'one', [sha2('three')]: 'three' });
  });

  it('by PUT', async () => {
    const statement = anIdentified({ attachments: [anAttachment('put')] });
    const path = `${STATEMENTS}?statementId=${statement.id}`;
    const put = await asking().ask(path, {
      method: 'PUT',
      ...inParts(multipart([jsonPart(statement), dataPart('put')])),
    });
    expect([put.status, put.text]).toEqual([204, '']);
    expect(await dataOf(asking(), statement.id)).toEqual({ [sha2('put')]: 'put' });
  });

  it('the same data twice, and for two attachments, is one part going out', async () => {
    const twice = [anAttachment('same', { display: { en: 'A' } }), anAttachment('same', { display: { en: 'B' } })];
    const statement = anIdentified({ attachments: twice });
    expect((await postWithData(asking(), statement, 'same', 'same')).status).toBe(200);
    const parts = partsOf(await getStatements(asking(), { statementId: statement.id, attachments: true }));
    expect(parts.map(({ body }) => body.toString()).slice(1)).toEqual(['same']);
  });

  it('attachments of a SubStatement', async () => {
    const statement = {
      ...aStatementAbout({ attachments: [anAttachment('within')] }),
      ...anIdentified({ attachments: [anAttachment('without')] }),
    };
    const about = aStatementAbout({ attachments: [anAttachment('within')] }).object;
    const posted = { ...statement, object: about };
    expect((await postWithData(asking(), posted, 'within', 'without')).status).toBe(200);
    expect(await dataOf(asking(), statement.id)).toEqual({ [sha2('within')]: 'within', [sha2('without')]: 'without' });
  });

  it.each([224, 256, 384, 512] as const)('SHA-%i, its digits in any case', async (bits) => {
    const hash = sha2('hashed', bits).toUpperCase();
    const statement = anIdentified({ attachments: [anAttachment('hashed', { sha2: hash })] });
    for (const sent of [hash, hash.toLowerCase()]) {
      const parts = multipart([jsonPart(statement), dataPart('hashed', { 'X-Experience-API-Hash': sent })]);
      expect((await asking().ask(STATEMENTS, inParts(parts))).status).toBe(200);
    }
    expect(await dataOf(asking(), statement.id)).toEqual({ [hash.toLowerCase()]: 'hashed' });
    expect((await getStatements(asking(), { statementId: statement.id })).json.attachments[0].sha2).toBe(hash);
  });

  it('XAPI-00129 fileUrl stands for data, as JSON and in parts, and data may come with it', async () => {
    const linked = anAttachment('linked', { fileUrl: 'https://files.example.org/1' });
    const [alone, inPart, withData, both] = [
      anIdentified({ attachments: [linked] }),
      anIdentified({ attachments: [linked] }),
      anIdentified({ attachments: [linked] }),
      anIdentified({ attachments: [linked, anAttachment('sent')] }),
    ];
    expect((await asking().ask(STATEMENTS, { body: [alone] })).status).toBe(200);
    expect((await postWithData(asking(), inPart)).status).toBe(200);
    expect((await postWithData(asking(), withData, 'linked')).status).toBe(200);
    expect((await postWithData(asking(), both, 'sent')).status).toBe(200);
    expect(await dataOf(asking(), alone.id)).toEqual({});
    expect(await dataOf(asking(), inPart.id)).toEqual({});
    expect(await dataOf(asking(), withData.id)).toEqual({ [sha2('linked')]: 'linked' });
    expect(await dataOf(asking(), both.id)).toEqual({ [sha2('sent')]: 'sent' });
  });

  it('multipart/mixed without any attachment', async () => {
    const statement = anIdentified();
    expect((await postWithData(asking(), statement)).status).toBe(200);
    expect((await postWithData(asking(), [])).status).toBe((await asking().ask(STATEMENTS, { body: [] })).status);
    expect(await dataOf(asking(), statement.id)).toEqual({});
  });

  it('multipart/mixed as RFC 2046 allows it to be written', async () => {
    const plain = (boundary?: string) =>
      multipart([jsonPart(anIdentified({ attachments: [anAttachment('x')] })), dataPart('x')], boundary);
    const strange = "abcABC0123'()+_,-./:=?";
    const headers = (text: Buffer) =>
      Buffer.from(
        text
          .toString('latin1')
          .replace('Content-Type: application/json', 'CONTENT-TYPE:application/json ; charset=utf-8\r\nX-Other: a'),
        'latin1',
      );
    for (const [body, type] of [
      [plain(strange), `multipart/mixed; boundary="${strange}"`],
      [plain('b'), 'Multipart/Mixed;Boundary=b'],
      [plain('b'), 'multipart/mixed; charset=utf-8; boundary=b; x=y'],
      [plain('b'.repeat(70)), `multipart/mixed; boundary=${'b'.repeat(70)}`],
      [plain('a b'), 'multipart/mixed; boundary="a b"'],
      [Buffer.concat([Buffer.from('a preamble\r\nto be ignored\r\n'), plain('b')]), 'multipart/mixed; boundary=b'],
      [Buffer.concat([Buffer.from('\r\n'), plain('b')]), 'multipart/mixed; boundary=b'],
      [
        Buffer.concat([plain('b'), Buffer.from('an epilogue\r\n--b\r\n\r\nto be ignored')]),
        'multipart/mixed; boundary=b',
      ],
      [plain('b').subarray(0, -2), 'multipart/mixed; boundary=b'],
      [headers(plain('b')), 'multipart/mixed; boundary=b'],
    ] as const) {
      const posted = await asking().ask(STATEMENTS, inParts(body, type));
      expect([type, posted.status]).toEqual([type, 200]);
      expect(Object.values(await dataOf(asking(), posted.json[0]))).toEqual(['x']);
    }
  });

  it('a part may leave out its content type, or write the same one in another way', async () => {
    const attachment = anAttachment('text', { contentType: 'text/plain; charset=ascii' });
    for (const type of [
      null,
      'text/plain; charset=ascii',
      'TEXT/Plain;charset="ASCII"',
      ' text/plain ; charset=ascii ',
    ]) {
      const statement = anIdentified({ attachments: [attachment] });
      const parts = multipart([jsonPart(statement), dataPart('text', { 'Content-Type': type })]);
      expect([type, (await asking().ask(STATEMENTS, inParts(parts))).status]).toEqual([type, 200]);
    }
  });
});

describe('Data 2.4.11 what is kept', () => {
  it('data is kept once, however often it is sent', async () => {
    const data = randomBytes(10_000);
    const before = blobNames(store);
    const statements = Array.from({ length: 6 }, (_, i) =>
      anIdentified({ attachments: [anAttachment(data, i % 2 ? { sha2: sha2(data, 512) } : {})] }),
    );
    const answers = await Promise.all(
      statements.map((statement) =>
        store.ask(
          STATEMENTS,
          inParts(
            multipart([
              jsonPart(statement),
              dataPart(data, { 'X-Experience-API-Hash': statement.attachments[0].sha2 }),
            ]),
          ),
        ),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect(blobNames(store)).toEqual([...before, sha2(data)].sort());
    for (const { id } of statements) expect(Object.values(await dataOf(store, id))).toEqual([data.toString('latin1')]);
  });

  it('it is there after a restart, before the statement that names it: the same statement again is no conflict', async () => {
    const statement = anIdentified({ attachments: [anAttachment('durable')] });
    await postWithData(store, statement, 'durable');
    await store.restart();
    expect(await dataOf(store, statement.id)).toEqual({ [sha2('durable')]: 'durable' });
    expect((await postWithData(store, statement, 'durable')).status).toBe(200);
    const changed = { ...statement, attachments: [anAttachment('durable', { display: { en: 'Other' } })] };
    expect((await postWithData(store, changed, 'durable')).status).toBe(409);
  });
});
