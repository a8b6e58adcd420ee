import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allStatements, getStatements, withHeaders } from '../../support/client.ts';
import { blobNames } from '../../support/data_files.ts';
import {
  anAttachment,
  dataPart,
  inParts,
  jsonPart,
  multipart,
  partsOf,
  postWithData,
} from '../../support/multipart.ts';
import { aJws, aSignature, aSigner, type Signer } from '../../support/signatures.ts';
import { anIdentified, aStatement, type Posted, STATEMENTS } from '../../support/statements.ts';
import { type Answered, startTestStore, type TestStore } from '../../support/store.ts';
import { certificateOf } from '../../support/x509.ts';

let store: TestStore;
let root: Signer;
let middle: Signer;
let leaf: Signer;
let other: Signer;
let elliptic: Signer;
/** A certificate whose key is of no kind that there is. */
let keyless: string;
beforeAll(async () => {
  store = await startTestStore();
  root = aSigner('root');
  middle = aSigner('middle', { issuer: root });
  leaf = aSigner('leaf', { issuer: middle });
  other = aSigner('other', { notAfter: '20210101000000Z' });
  elliptic = aSigner('elliptic', { kind: 'ec' });
  const publicKey = Buffer.from('300c300506032b656f03030000ff', 'hex');
  const contents = { subject: 'keyless', issuer: 'root', issuerKey: root.privateKey, notAfter: '29990101000000Z' };
  keyless = certificateOf({ ...contents, publicKey }).toString('base64');
});
afterAll(() => store.close());

const ACTOR = { objectType: 'Agent', mbox: 'mailto:learner-1@example.org', name: 'Zoë' };
const PARENT = { id: 'https://example.org/parent' };

/** A statement with what it is signed by, added to its attachments. */
function signed(statement: Posted, ...signatures: string[]): Posted {
  return { ...statement, attachments: [...(statement.attachments ?? []), ...signatures.map((jws) => aSignature(jws))] };
}

const post = (statement: Posted, jws: string): Promise<Answered> => postWithData(store, signed(statement, jws), jws);

describe.each(['1.0.3', '2.0.0'])('Data 2.6 what is accepted under %s', (version) => {
  const asking = () => withHeaders(store, { 'x-experience-api-version': version });

  it.each(['RS256', 'RS384', 'RS512'])(
    'XAPI-00117 %s with its certificate; the signature comes back as it was',
    async (alg) => {
      const statement = anIdentified({ timestamp: '2026-01-02T03:04:05.6Z', result: { score: { scaled: 0.5 } } });
      const jws = aJws(statement, other, { alg });
      const posted = await postWithData(asking(), signed(statement, jws), jws);
      expect([posted.status, posted.text]).toEqual([200, JSON.stringify([statement.id])]);
      const parts = partsOf(await getStatements(asking(), { statementId: statement.id, attachments: true }));
      expect(parts.map(({ body }) => body.toString())[1]).toBe(jws);
      expect(JSON.parse(parts[0]!.body.toString()).attachments).toEqual([aSignature(jws)]);
    },
  );

  it('XAPI-00115 a chain of certificates, each signed by the next', async () => {
    for (const chain of [[leaf], [leaf, middle], [leaf, middle, root]]) {
      const statement = anIdentified();
      const jws = aJws(statement, leaf, { x5c: chain.map(({ certificate }) => certificate) });
      expect((await postWithData(asking(), signed(statement, jws), jws)).status).toBe(200);
    }
  });

  it('no certificate at all: then only what is signed is compared', async () => {
    const statement = anIdentified();
    const jws = aJws(statement, leaf, { x5c: undefined });
    expect((await postWithData(asking(), signed(statement, jws), jws)).status).toBe(200);
  });

  const SERIALIZATIONS: readonly (readonly [string, (statement: Posted) => unknown])[] = [
    [
      'in another order, with white space',
      ({ id, actor, ...others }) => JSON.stringify({ ...others, actor, id }, null, 2),
    ],
    ['without an id', ({ id: _, ...others }) => others],
    ['at the same instant', (statement) => ({ ...statement, timestamp: '2026-01-02T05:04:05.00+02:00' })],
    ['without a timestamp', ({ timestamp: _, ...others }) => others],
    ['with its id in capitals', ({ id, ...others }) => ({ ...others, id: id.toUpperCase() })],
    ['with what a store sets', (statement) => ({ ...statement, stored: '2026-01-01T00:00:00Z', authority: ACTOR })],
    [
      'with one activity, no list',
      (statement) => ({ ...statement, context: { contextActivities: { parent: PARENT } } }),
    ],
    ['with escapes', (statement) => JSON.stringify(statement).replace('ë', '\\u00eb')],
  ];
  it.each(SERIALIZATIONS)('XAPI-00116 a payload that is logically the statement: %s', async (_, serialized) => {
    const statement = anIdentified({
      actor: ACTOR,
      timestamp: '2026-01-02T03:04:05Z',
      context: { contextActivities: { parent: [PARENT] } },
    });
    const jws = aJws(serialized(statement), leaf);
    const posted = await postWithData(asking(), signed(statement, jws), jws);
    expect([posted.status, posted.text]).toEqual([200, JSON.stringify([statement.id])]);
  });

  it('other attachments are signed with the statement, several may sign, and PUT and batches work too', async () => {
    const evidence = anIdentified({ attachments: [anAttachment('evidence')] });
    const [first, second] = [aJws(evidence, leaf), aJws(evidence, other, { alg: 'RS512' })];
    const both = signed(evidence, first, second);
    expect((await postWithData(asking(), both, 'evidence', first, second)).status).toBe(200);
    const parts = partsOf(await getStatements(asking(), { statementId: evidence.id, attachments: true }));
    expect(
      parts
        .map(({ body }) => body.toString())
        .slice(1)
        .toSorted(),
    ).toEqual(['evidence', first, second].toSorted());

    const put = anIdentified();
    const jws = aJws(put, leaf);
    const body = inParts(multipart([jsonPart(signed(put, jws)), dataPart(jws)]));
    expect((await asking().ask(`${STATEMENTS}?statementId=${put.id}`, { method: 'PUT', ...body })).status).toBe(204);

    const batch = [anIdentified(), anIdentified(), anIdentified()];
    const signatures = batch.map((statement) => aJws(statement, leaf));
    const statements = batch.map((statement, i) => signed(statement, signatures[i]!));
    expect((await postWithData(asking(), statements, ...signatures)).status).toBe(200);
  });
});

describe('Data 2.6 what is refused, with the reason:', () => {
  const statement = anIdentified({ timestamp: '2026-01-02T03:04:05Z', result: { success: true } });
  const without = (property: string) => ({ ...statement, [property]: undefined });
  const replaced = (jws: string, part: 0 | 1 | 2, text: string) => jws.split('.').with(part, text).join('.');
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  /** The header says so, but nobody has signed. */
  const claimed = (header: Posted, signature = 'AAAA') => `${encoded(header)}.${encoded(statement)}.${signature}`;

  const PAYLOADS: readonly (readonly [string, () => unknown])[] = [
    ['another verb', () => ({ ...statement, verb: { id: 'http://adlnet.gov/expapi/verbs/failed' } })],
    ['another result', () => ({ ...statement, result: { success: false } })],
    ['another id', () => ({ ...statement, id: anIdentified().id })],
    ['another timestamp', () => ({ ...statement, timestamp: '2001-01-01T00:00:00Z' })],
    ['less', () => without('result')],
    ['more', () => ({ ...statement, context: { platform: 'x' } })],
    ['an attachment that is not there', () => ({ ...statement, attachments: [anAttachment('x')] })],
    ['no actor', () => without('actor')],
    ['an array', () => [statement]],
    ['a JSON text of it', () => JSON.stringify(JSON.stringify(statement))],
    ['null', () => 'null'],
    ['no JSON', () => 'the statement'],
    ['half of it', () => JSON.stringify(statement).slice(0, -1)],
    ['a member twice', () => JSON.stringify(statement).replace('{', `{"id":${JSON.stringify(statement.id)},`)],
  ];
  it.each(PAYLOADS)('XAPI-00116 a payload with %s', async (_, payload) => {
    await expectRefused(await post(statement, aJws(payload(), leaf)), /payload/);
    await expectRefused(await post(statement, aJws(payload(), leaf, { x5c: undefined })), /payload/);
  });

  const ALGORITHMS: readonly (readonly [string, () => string])[] = [
    ['none', () => claimed({ alg: 'none' })],
    ['none in other letters', () => claimed({ alg: 'nOnE' })],
    ['rs256', () => aJws(statement, leaf, { alg: 'rs256' })],
    ['PS256', () => aJws(statement, leaf, { alg: 'PS256' })],
    ['RS1', () => aJws(statement, leaf, { alg: 'RS1' })],
    ['ES256', () => aJws(statement, elliptic, { alg: 'ES256' })],
    ['EdDSA', () => claimed({ alg: 'EdDSA' })],
    [
      'HS256 with the public key as its secret',
      () => {
        const input = claimed({ alg: 'HS256', x5c: [leaf.certificate] })
          .split('.')
          .slice(0, 2)
          .join('.');
        const secret = leaf.publicKey.export({ type: 'spki', format: 'pem' });
        return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
      },
    ],
    ['no algorithm', () => aJws(statement, leaf, { alg: undefined })],
    ['a number', () => claimed({ alg: 256 })],
    ['a list', () => claimed({ alg: ['RS256'] })],
  ];
  it.each(ALGORITHMS)('XAPI-00117 %s', async (_, jws) => {
    await expectRefused(await post(statement, jws()), /RS256, RS384, RS512/);
  });

  const FORGED: readonly (readonly [string, () => string])[] = [
    ['a signature of another', () => aJws(statement, other, { x5c: [leaf.certificate] })],
    [
      'a signature with one bit changed',
      () => {
        const jws = aJws(statement, leaf);
        const signature = Buffer.from(jws.split('.')[2]!, 'base64url');
        signature[100]! ^= 1;
        return replaced(jws, 2, signature.toString('base64url'));
      },
    ],
    ['a signature cut off', () => aJws(statement, leaf).slice(0, -8)],
    [
      'the signature of another statement',
      () => replaced(aJws(statement, leaf), 2, aJws(anIdentified(), leaf).split('.')[2]!),
    ],
    [
      'the header of another algorithm',
      () => replaced(aJws(statement, leaf), 0, encoded({ alg: 'RS384', x5c: [leaf.certificate] })),
    ],
    ['a payload put in later', () => replaced(aJws(anIdentified(), leaf), 1, encoded(statement))],
    ['a certificate for another kind of key', () => aJws(statement, leaf, { x5c: [elliptic.certificate] })],
    ['a critical extension that nobody knows', () => aJws(statement, leaf, { crit: ['x'], x: 1 })],
  ];
  it.each(FORGED)('%s', async (_, jws) => {
    await expectRefused(await post(statement, jws()), /verify with the first certificate/);
  });

  const CHAINS: readonly (readonly [string, () => unknown, RegExp])[] = [
    ['the wrong order', () => [middle.certificate, leaf.certificate], /each signed by the next/],
    ['a gap', () => [leaf.certificate, root.certificate], /each signed by the next/],
    [
      'a stranger at its end',
      () => [leaf.certificate, middle.certificate, other.certificate],
      /each signed by the next/,
    ],
    ['an issuer with a key that nobody knows', () => [leaf.certificate, keyless], /each signed by the next/],
    ['an issuer with another kind of key', () => [leaf.certificate, elliptic.certificate], /each signed by the next/],
    ['nothing in it', () => [], /array of certificates/],
    ['text', () => leaf.certificate, /array of certificates/],
    ['a number', () => [1], /array of certificates/],
    ['null', () => null, /array of certificates/],
    ['an object', () => ({ 0: leaf.certificate, length: 1 }), /array of certificates/],
    ['what is no certificate', () => ['AAAA'], /array of certificates/],
    ['a certificate cut off', () => [leaf.certificate.slice(0, 400)], /array of certificates/],
    [
      'a key alone',
      () => [leaf.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')],
      /array of certificates/,
    ],
  ];
  it.each(CHAINS)('a chain with %s', async (_, x5c, reason) => {
    await expectRefused(await post(statement, aJws(statement, leaf, { x5c: x5c() })), reason);
  });

  const MALFORMED: readonly (readonly [string, (jws: string) => string | Buffer])[] = [
    ['nothing', () => ''],
    ['two parts', (jws) => jws.split('.').slice(0, 2).join('.')],
    ['four parts', (jws) => `${jws}.AAAA`],
    ['no signature', (jws) => replaced(jws, 2, '')],
    ['no payload', (jws) => replaced(jws, 1, '')],
    ['no header', (jws) => replaced(jws, 0, '')],
    ['a header that is no JSON', (jws) => replaced(jws, 0, 'AAAA')],
    ['a header that is a list', (jws) => replaced(jws, 0, encoded([]))],
    ['a line end', (jws) => `${jws}\r\n`],
    ['spaces within', (jws) => jws.replace('.', ' .')],
    ['base64 of the other alphabet', (jws) => replaced(jws, 1, '+/+/')],
    ['padding', (jws) => `${jws}==`],
    ['bytes', () => Buffer.from([0xff, 0x2e, 0x00, 0x2e, 0x80])],
    ['the statement itself', () => JSON.stringify(statement)],
    [
      'a payload that is not UTF-8',
      (jws) => replaced(jws, 1, Buffer.from('{"a":"\xff"}', 'latin1').toString('base64url')),
    ],
  ];
  it.each(MALFORMED)('XAPI-00115 %s', async (_, malformed) => {
    for (const x5c of [[leaf.certificate], undefined]) {
      const data = malformed(aJws(statement, leaf, { x5c }));
      const attachments = [aSignature('', { sha2: anAttachment(data).sha2, length: Buffer.byteLength(data) })];
      await expectRefused(await postWithData(store, { ...statement, attachments }, data), /JWS/);
    }
  });

  it('XAPI-00115 a signature that is declared as something else, or does not come along', async () => {
    const jws = aJws(statement, leaf);
    const declared = (changes: Posted) => ({ ...statement, attachments: [aSignature(jws, changes)] });
    const typed = multipart([
      jsonPart(declared({ contentType: 'text/plain' })),
      dataPart(jws, { 'Content-Type': null }),
    ]);
    await expectRefused(
      await store.ask(STATEMENTS, inParts(typed)),
      /application\/octet-stream/,
      '/attachments/0/contentType',
    );
    const linked = declared({ fileUrl: 'https://files.example.org/signature' });
    await expectRefused(await store.ask(STATEMENTS, { body: linked }), /data of a signature/, '/attachments/0/fileUrl');
    await expectRefused(await postWithData(store, linked, jws), /data of a signature/, '/attachments/0/fileUrl');
    await expectRefused(
      await store.ask(STATEMENTS, { body: signed(statement, jws) }),
      /part of the request/,
      '/attachments/0/sha2',
    );
  });

  it('one wrong signature in a batch refuses all of it, and is pointed at', async () => {
    const [first, second] = [anIdentified(), anIdentified()];
    const [good, bad] = [aJws(first, leaf), aJws(first, leaf, { alg: 'RS512' })];
    const batch = [signed(first, good), aStatement(), signed(second, bad)];
    await expectRefused(await postWithData(store, batch, good, bad), /payload/, '/2/attachments/0');
  });

  it('a signature too large to be one is 413', async () => {
    const huge = Buffer.alloc(32 * 2 ** 20 + 1, 'a');
    const attachments = [aSignature('', { sha2: anAttachment(huge).sha2, length: huge.length })];
    const { status, json } = await postWithData(store, { ...statement, attachments }, huge);
    expect([status, json.error.code]).toEqual([413, 'too_large']);
  });

  async function expectRefused({ status, json }: Answered, rule: RegExp, property = '/attachments/0'): Promise<void> {
    expect([status, json.error.code, json.error.property]).toEqual([400, 'invalid_statement', property]);
    expect(json.error.rule).toMatch(rule);
    expect(json.error.message).toMatch(rule);
    expect((await getStatements(store, { statementId: statement.id })).status).toBe(404);
  }
});

it('nothing of what was refused has left data behind', async () => {
  const kept = new Set<string>();
  for (const { attachments = [] } of await allStatements(store)) {
    for (const { sha2 } of attachments) kept.add(sha2);
  }
  expect(blobNames(store)).toEqual([...kept].sort());
});
