import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allStatements, withHeaders } from '../../support/client.ts';
import { blobNames, expectIncoming } from '../../support/data_files.ts';
import {
  anAttachment,
  BOUNDARY,
  dataPart,
  inParts,
  jsonPart,
  multipart,
  type Part,
  sha2,
} from '../../support/multipart.ts';
import { connectTo, sendRaw } from '../../support/raw_http.ts';
import { anIdentified, aStatement, aStatementAbout, type Posted, STATEMENTS } from '../../support/statements.ts';
import { BASIC, startTestStore, type TestStore } from '../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore({ LEDGERLINE_MAX_ATTACHMENTS: '100000', LEDGERLINE_MAX_BODY: '100000' });
});
afterAll(() => store.close());

const DATA = 'here is a simple attachment';
const stated = (changes: Posted = {}) => aStatement({ attachments: [anAttachment(DATA, changes)] });
const sent = (...parts: Part[]) => multipart([jsonPart(stated()), ...parts]);
const HASH = 'X-Experience-API-Hash';
const bytes = (text: string) => Buffer.from(text);
const first = `--${BOUNDARY}\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(aStatement())}`;
const WITH_BOUNDARY = `a\r\n--${BOUNDARY}\r\nX-Other: b\r\n\r\nc`;
const whole = sent(dataPart(DATA));
const headLess = (text: string) => bytes(whole.toString('latin1').replace(/Content-Transfer-Encoding: binary/, text));

/** What is wrong, the requirement, the body, and what the answer names. */
const REFUSED: readonly (readonly [string, string, Buffer, string | undefined])[] = [
  ['XAPI-00132', 'the hash of other data', sent(dataPart('other data', { [HASH]: sha2(DATA) })), HASH],
  ['XAPI-00132', 'no hash', sent(dataPart(DATA, { [HASH]: null })), HASH],
  ['XAPI-00132', 'an empty hash', sent(dataPart(DATA, { [HASH]: '' })), HASH],
  ['XAPI-00132', 'a hash that is not hex', sent(dataPart(DATA, { [HASH]: 'g'.repeat(64) })), HASH],
  ['XAPI-00132', 'a hash that is too short', sent(dataPart(DATA, { [HASH]: sha2(DATA).slice(1) })), HASH],
  ['XAPI-00132', 'SHA-1', sent(dataPart(DATA, { [HASH]: createHash('sha1').update(DATA).digest('hex') })), HASH],
  ['XAPI-00132', 'a hash that no statement has', sent(dataPart(DATA), dataPart('more')), HASH],
  [
    'XAPI-00132',
    'the hash in another algorithm than the statement has',
    sent(dataPart(DATA, { [HASH]: sha2(DATA, 512) })),
    '/attachments/0/sha2',
  ],
  ['XAPI-00128', 'a part that is no attachment', multipart([jsonPart(aStatement()), dataPart(DATA)]), HASH],
  [
    'XAPI-00128',
    'a second part of statements',
    multipart([jsonPart(stated()), jsonPart(stated()), dataPart(DATA)]),
    HASH,
  ],
  [
    'XAPI-00133',
    'statements in two parts',
    multipart([jsonPart(aStatement()), jsonPart(stated()), dataPart(DATA)]),
    HASH,
  ],
  ['XAPI-00129', 'an attachment without data and fileUrl', sent(), '/attachments/0/sha2'],
  [
    'XAPI-00129',
    'one of two attachments without data',
    multipart([
      jsonPart([aStatement(), aStatement({ attachments: [anAttachment(DATA), anAttachment('none')] })]),
      dataPart(DATA),
    ]),
    '/1/attachments/1/sha2',
  ],
  [
    'XAPI-00129',
    'an attachment of a SubStatement without data',
    multipart([jsonPart(aStatementAbout({ attachments: [anAttachment(DATA)] }))]),
    '/object/attachments/0/sha2',
  ],
  [
    'XAPI-00135',
    'no transfer encoding',
    sent(dataPart(DATA, { 'Content-Transfer-Encoding': null })),
    'Content-Transfer-Encoding',
  ],
  [
    'XAPI-00135',
    'another transfer encoding',
    sent(dataPart(DATA, { 'Content-Transfer-Encoding': 'base64' })),
    'Content-Transfer-Encoding',
  ],
  [
    'Communication 1.5.2',
    'another content type than the statement has',
    sent(dataPart(DATA, { 'Content-Type': 'text/plain' })),
    '/attachments/0/contentType',
  ],
  [
    'Communication 1.5.2',
    'another length than the statement has',
    multipart([jsonPart(stated({ length: 26 })), dataPart(DATA)]),
    '/attachments/0/length',
  ],
  [
    'Communication 1.5.2',
    'a length in characters, not octets',
    multipart([jsonPart(aStatement({ attachments: [anAttachment('ää', { length: 2 })] })), dataPart('ää')]),
    '/attachments/0/length',
  ],
  [
    'Communication 1.5.2',
    'a Content-Length that is not the length',
    sent(dataPart(DATA, { 'Content-Length': '26' })),
    'Content-Length',
  ],
  ['XAPI-00134', 'a first part that is data', multipart([dataPart(DATA), jsonPart(stated())]), 'Content-Type'],
  [
    'XAPI-00134',
    'a first part of another type',
    multipart([jsonPart(stated(), { 'Content-Type': 'text/json' }), dataPart(DATA)]),
    'Content-Type',
  ],
  [
    'XAPI-00134',
    'a first part without a type',
    multipart([jsonPart(stated(), { 'Content-Type': null }), dataPart(DATA)]),
    'Content-Type',
  ],
  ['XAPI-00134', 'a first part that is empty', multipart([jsonPart(''), dataPart(DATA)]), ''],
  ['XAPI-00134', 'a first part that is no JSON', multipart([jsonPart('{"actor":'), dataPart(DATA)]), ''],
  [
    'XAPI-00134',
    'a first part that is not UTF-8',
    multipart([jsonPart(Buffer.from('{"a":"\xff"}', 'latin1')), dataPart(DATA)]),
    undefined,
  ],
  [
    'XAPI-00134',
    'a wrong statement with right data',
    multipart([jsonPart({ ...stated(), verb: undefined }), dataPart(DATA)]),
    '/verb',
  ],
  ['RFC 2046', 'a part without headers', bytes(`${first}\r\n--${BOUNDARY}\r\n\r\nraw\r\n--${BOUNDARY}--\r\n`), HASH],
  [
    'RFC 2046',
    'a part whose headers do not end',
    bytes(`${first}\r\n--${BOUNDARY}\r\n${HASH}: 1\r\n--${BOUNDARY}--\r\n`),
    undefined,
  ],
  ['RFC 2046', 'a part of nothing at all', bytes(`${first}\r\n--${BOUNDARY}\r\n--${BOUNDARY}--\r\n`), undefined],
  [
    'RFC 2046',
    'two parts of nothing, in front',
    bytes(`--${BOUNDARY}\r\n--${BOUNDARY}\r\n${first}\r\n--${BOUNDARY}--\r\n`),
    undefined,
  ],
  [
    'RFC 2046',
    'a header twice in a part',
    headLess(`${HASH}: ${sha2('other')}\r\nContent-Transfer-Encoding: binary`),
    undefined,
  ],
  ['RFC 2046', 'a header without a colon', headLess('no colon\r\nContent-Transfer-Encoding: binary'), HASH],
  [
    'RFC 2046',
    'the boundary within the data',
    multipart([jsonPart(aStatement({ attachments: [anAttachment(WITH_BOUNDARY)] })), dataPart(WITH_BOUNDARY)]),
    HASH,
  ],
  [
    'XAPI-00130',
    'another boundary than the header names',
    multipart([jsonPart(stated()), dataPart(DATA)], 'other'),
    undefined,
  ],
  ['XAPI-00130', 'line ends of LF alone', multipart([jsonPart(stated()), dataPart(DATA)], BOUNDARY, '\n'), undefined],
  ['XAPI-00130', 'an end within the data', whole.subarray(0, whole.indexOf(DATA) + 5), undefined],
  ['XAPI-00130', 'an end within a header', whole.subarray(0, whole.indexOf(HASH) + 5), undefined],
  ['XAPI-00130', 'an end before the last dashes', whole.subarray(0, -4), undefined],
  ['XAPI-00130', 'an end within the first line', whole.subarray(0, 10), undefined],
  ['XAPI-00130', 'no parts', bytes(`--${BOUNDARY}--\r\n`), ''],
  ['XAPI-00130', 'nothing', Buffer.alloc(0), undefined],
  ['XAPI-00130', 'text', bytes('no multipart body at all'), undefined],
  ['XAPI-00130', 'JSON', bytes(JSON.stringify(aStatement())), undefined],
];

const WRONG_TYPES: readonly (readonly [string, string])[] = [
  ['XAPI-00131', 'multipart/mixed'],
  ['XAPI-00131', 'multipart/mixed; boundary='],
  ['XAPI-00131', 'multipart/mixed; boundary=""'],
  ['XAPI-00131', `multipart/mixed; bound=${BOUNDARY}`],
  ['XAPI-00131', `multipart/mixed; boundary=${'b'.repeat(71)}`],
  ['XAPI-00127', `multipart/form-data; boundary=${BOUNDARY}`],
  ['XAPI-00127', `multipart/related; boundary=${BOUNDARY}`],
  ['XAPI-00127', `multipart/mixedx; boundary=${BOUNDARY}`],
  ['XAPI-00127', 'application/octet-stream'],
  ['XAPI-00127', 'text/plain'],
];

async function expectNothingStored(): Promise<void> {
  await expectIncoming(store, 0);
  expect([blobNames(store), await allStatements(store)]).toEqual([[], []]);
}

describe.each(['1.0.3', '2.0.0'])('Data 2.4.11 what is refused under %s', (version) => {
  const asking = () => withHeaders(store, { 'x-experience-api-version': version });

  it.each(REFUSED)('%s %s', async (_, __, body, property) => {
    const { status, json } = await asking().ask(STATEMENTS, inParts(body));
    expect([status, json.error.code]).toEqual([400, expect.stringMatching(/^invalid_(body|json|statement)$/)]);
    expect(json.error.property).toBe(property);
    expect(json.error.message.length).toBeGreaterThan(10);
    await expectNothingStored();
  });

  it.each(WRONG_TYPES)('%s the content type %s', async (_, type) => {
    const { status, json } = await asking().ask(STATEMENTS, inParts(whole, type));
    expect([status, json.error.property]).toEqual([400, 'Content-Type']);
    await expectNothingStored();
  });
});

it.each(['gzip', 'tea'])('RFC 9110 15.5.16 parts that are encoded, as by %s', async (encoding) => {
  const parts = inParts(encoding === 'gzip' ? gzipSync(whole) : whole);
  const headers = { ...parts.headers, 'content-encoding': encoding };
  const { status, json } = await store.ask(STATEMENTS, { ...parts, headers });
  expect([status, json.error.property]).toEqual([415, 'Content-Encoding']);
  await expectNothingStored();
});

describe('Data 2.4.11 nothing of a refused request stays', () => {
  it('neither good statements nor good data', async () => {
    const good = anIdentified({ attachments: [anAttachment(DATA)] });
    const parts = multipart([jsonPart([good, stated({ length: 1 })]), dataPart(DATA)]);
    expect((await store.ask(STATEMENTS, inParts(parts))).status).toBe(400);
    const put = await store.ask(`${STATEMENTS}?statementId=${good.id}`, {
      method: 'PUT',
      ...inParts(multipart([jsonPart([good]), dataPart(DATA)])),
    });
    expect(put.status).toBe(400);
    await expectNothingStored();
  });

  it.each([
    ['not at all', null, 401],
    ['by a wrong secret', `Basic ${btoa('tester:wrong')}`, 401],
  ])('when its sender is known %s', async (_, authorization, status) => {
    const answer = await store.ask(STATEMENTS, {
      ...inParts(whole),
      headers: { ...inParts(whole).headers, authorization },
    });
    expect(answer.status).toBe(status);
    await expectNothingStored();
  });

  it('when the client breaks off within the data', async () => {
    for (const cut of [whole.indexOf(DATA) + 5, whole.indexOf(HASH) + 3, whole.length - 3]) {
      const socket = await connectTo(store.address);
      socket.write(head(`Content-Length: ${whole.length}`));
      socket.write(whole.subarray(0, cut));
      await expectIncoming(store, cut > whole.indexOf(DATA) ? 1 : 0);
      socket.destroy();
      await expectNothingStored();
    }
  });
});

describe('XAPI: 413 for what is larger than the store takes', () => {
  const large = Buffer.alloc(100_001, 'x');
  const body = multipart([jsonPart(aStatement({ attachments: [anAttachment(large)] })), dataPart(large)]);

  it.each([
    ['one attachment', body],
    [
      'two that are too large together',
      multipart([
        jsonPart(aStatement({ attachments: [anAttachment(large.subarray(1)), anAttachment('y')] })),
        dataPart(large.subarray(1)),
        dataPart('y'),
      ]),
    ],
    ['statements', multipart([jsonPart(aStatement({ result: { response: 'x'.repeat(100_000) } }))])],
  ])('%s', async (_, parts) => {
    const { status, json } = await store.ask(STATEMENTS, inParts(parts));
    expect([status, json.error.code]).toEqual([413, 'too_large']);
    expect(json.error.rule).toMatch(/^LEDGERLINE_MAX_(ATTACHMENTS|BODY)$/);
    await expectNothingStored();
  });

  it('the answer can be read by a client that is still sending', async () => {
    const endless = Buffer.alloc(20_000_000, 'x');
    const parts = multipart([jsonPart(aStatement({ attachments: [anAttachment(endless)] })), dataPart(endless)]);
    const answer = await store.ask(STATEMENTS, inParts(parts));
    expect([answer.status, answer.json.error.code]).toEqual([413, 'too_large']);
    const raw = await sendRaw(
      store.address,
      Buffer.concat([Buffer.from(head(`Content-Length: ${parts.length}`, 'Connection: close')), parts]),
    );
    expect([raw.status, JSON.parse(raw.body).error.code]).toEqual([413, 'too_large']);
    await expectNothingStored();
  });

  it('exactly as much as it takes is taken', async () => {
    const parts = multipart([
      jsonPart(aStatement({ attachments: [anAttachment(large.subarray(1))] })),
      dataPart(large.subarray(1)),
    ]);
    expect((await store.ask(STATEMENTS, inParts(parts))).status).toBe(200);
  });
});

function head(...further: string[]): string {
  const lines = [
    `POST ${STATEMENTS} HTTP/1.1`,
    'Host: localhost',
    `Authorization: ${BASIC}`,
    'X-Experience-API-Version: 1.0.3',
    `Content-Type: multipart/mixed; boundary=${BOUNDARY}`,
    ...further,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}
