import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getStatements, type Query, withQuery } from '../../support/client.ts';
import {
  type AnsweredPart,
  anAttachment,
  dataPart,
  inParts,
  jsonPart,
  multipart,
  partsOf,
  postWithData,
  sha2,
} from '../../support/multipart.ts';
import { anIdentified, aVoidingOf, idsOf, type Posted, STATEMENTS } from '../../support/statements.ts';
import { type Answered, startTestStore, type TestStore } from '../../support/store.ts';

const VERB = { id: 'https://example.org/verbs/handed-in' };
const DATA = ['first', 'second', 'third'];

let store: TestStore;
let statements: Posted[];
beforeAll(async () => {
  store = await startTestStore();
  statements = DATA.map((data) =>
    anIdentified({ verb: VERB, attachments: [anAttachment(data), anAttachment('common')] }),
  );
  for (const [i, statement] of statements.entries()) await postWithData(store, statement, DATA[i]!, 'common');
  await postWithData(store, anIdentified({ verb: VERB }));
});
afterAll(() => store.close());

const json = ([first]: AnsweredPart[]) => JSON.parse(first!.body.toString());
const contents = (parts: AnsweredPart[]) => parts.slice(1).map(({ body }) => body.toString());

function expectWellFormed(answer: Answered): AnsweredPart[] {
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-length')).toBe(String(answer.bytes.length));
  const [first, ...others] = partsOf(answer);
  expect(first!.headers['content-type']).toBe('application/json');
  for (const { headers, body } of others) {
    expect(headers).toEqual({
      'content-type': 'application/octet-stream',
      'content-transfer-encoding': 'binary',
      'x-experience-api-hash': sha2(body),
      'content-length': String(body.length),
    });
  }
  return [first!, ...others];
}

describe('Communication 2.1.3 attachments=true', () => {
  it('XAPI-00167 one statement comes with its data', async () => {
    const parts = expectWellFormed(await getStatements(store, { statementId: statements[0]!.id, attachments: true }));
    expect(json(parts).id).toBe(statements[0]!.id);
    expect(contents(parts).toSorted()).toEqual(['common', 'first']);
  });

  it('a list comes with the data of all, each once', async () => {
    const parts = expectWellFormed(await getStatements(store, { verb: VERB.id, attachments: true }));
    expect(json(parts).statements).toHaveLength(4);
    expect(contents(parts).toSorted()).toEqual(['common', ...DATA].toSorted());
  });

  it('so do all of its pages', async () => {
    let path = withQuery(STATEMENTS, { verb: VERB.id, attachments: true, limit: 1, ascending: true });
    const pages: string[][] = [];
    while (path !== '') {
      const parts = expectWellFormed(await store.ask(path));
      expect(json(parts).statements).toHaveLength(1);
      pages.push(contents(parts));
      path = json(parts).more;
    }
    expect(pages).toEqual([...DATA.map((data) => [data, 'common']), []]);
  });

  it.each(['exact', 'ids', 'canonical'])('in the format %s, too', async (format) => {
    const parts = expectWellFormed(await getStatements(store, { verb: VERB.id, attachments: true, format }));
    expect(idsOf(json(parts).statements)).toEqual(expect.arrayContaining(idsOf(statements)));
    expect(contents(parts)).toHaveLength(4);
  });

  it('nothing found is multipart with one part', async () => {
    const parts = expectWellFormed(await getStatements(store, { verb: 'https://example.org/none', attachments: true }));
    expect([json(parts), parts.length]).toEqual([{ statements: [], more: '' }, 1]);
  });

  it('a voided statement comes with its data, by its own parameter', async () => {
    const voided = anIdentified({ attachments: [anAttachment('voided')] });
    await postWithData(store, voided, 'voided');
    await store.ask(STATEMENTS, { body: aVoidingOf(voided.id) });
    const parts = expectWellFormed(await getStatements(store, { voidedStatementId: voided.id, attachments: true }));
    expect(contents(parts)).toEqual(['voided']);
    expect((await getStatements(store, { statementId: voided.id, attachments: true })).status).toBe(404);
  });

  it('a refusal is JSON', async () => {
    for (const query of [
      { statementId: randomUUID(), attachments: true },
      { attachments: true, colour: 'blue' },
    ] as Query[]) {
      const answer = await getStatements(store, query);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(answer.json.error.code).toMatch(/^(not_found|invalid_parameter)$/);
    }
  });

  it('HEAD has the headers of GET, the length of the body and no body', async () => {
    for (const query of [
      { statementId: statements[0]!.id, attachments: true },
      { verb: VERB.id, attachments: true },
    ] as Query[]) {
      const [get, head] = [
        await getStatements(store, query),
        await store.ask(withQuery(STATEMENTS, query), { method: 'HEAD' }),
      ];
      expect([head.status, head.text]).toEqual([200, '']);
      expect(head.headers.get('content-type')).toMatch(/^multipart\/mixed; boundary=/);
      expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'));
      expect(head.headers.get('last-modified')).toBe(get.headers.get('last-modified'));
    }
  });

  it('the type of a part is that of the attachment, and nothing in it can break the parts', async () => {
    const contentType = 'text/plain; name="--x; \\" y"';
    const statement = anIdentified({ attachments: [anAttachment('typed', { contentType })] });
    const posted = await store.ask(
      STATEMENTS,
      inParts(multipart([jsonPart(statement), dataPart('typed', { 'Content-Type': null })])),
    );
    expect(posted.status).toBe(200);
    const parts = partsOf(await getStatements(store, { statementId: statement.id, attachments: true }));
    expect(parts[1]!.headers['content-type']).toBe(contentType);
    for (const broken of [
      'text/plain; x="a\r\nX-Other: b"',
      'text/plain\r\nX-Other: b',
      'text/plain; x="\u0000"',
      'text',
    ]) {
      const wrong = anIdentified({ attachments: [anAttachment('typed', { contentType: broken })] });
      const refused = await store.ask(
        STATEMENTS,
        inParts(multipart([jsonPart(wrong), dataPart('typed', { 'Content-Type': null })])),
      );
      expect([refused.status, refused.json.error.property]).toEqual([400, '/attachments/0/contentType']);
    }
  });
});

describe('Communication 2.1.3 without the data', () => {
  it.each([{}, { attachments: false }])('XAPI-00161 %j is JSON and has no data', async (query) => {
    const answers = [
      await getStatements(store, { ...query, statementId: statements[0]!.id }),
      await getStatements(store, { ...query, verb: VERB.id }),
    ];
    for (const { status, headers, bytes, json: body } of answers) {
      expect([status, headers.get('content-type')]).toEqual([200, 'application/json']);
      expect(headers.get('content-length')).toBe(String(bytes.length));
      const { attachments } = body.statements?.find(({ id }: Posted) => id === statements[0]!.id) ?? body;
      expect(attachments).toEqual(statements[0]!.attachments);
    }
  });

  it.each(['TRUE', '1', 'yes', ''])('attachments=%s is refused', async (attachments) => {
    const { status, json: body } = await getStatements(store, { attachments });
    expect([status, body.error.property]).toEqual([400, 'attachments']);
  });
});

it('data that is missing is told by the status, and the statement comes without it', async () => {
  const statement = anIdentified({ attachments: [anAttachment('lost')] });
  await postWithData(store, statement, 'lost');
  const name = sha2('lost');
  rmSync(join(store.data, 'blobs', name.slice(0, 2), name));
  const answer = await getStatements(store, { statementId: statement.id, attachments: true });
  expect(answer.status).toBe(500);
  expect(answer.json.error).toMatchObject({ code: 'internal' });
  expect((await getStatements(store, { statementId: statement.id })).status).toBe(200);
});
