import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post, withQuery } from '../../support/client.ts';
import { anIdentified, aVoidingOf, STATEMENTS } from '../../support/statements.ts';
import { startTestStore, type TestStore } from '../../support/store.ts';

let store: TestStore;
const statement = anIdentified();
const voided = anIdentified();
beforeAll(async () => {
  store = await startTestStore();
  await post(store, statement, voided, aVoidingOf(voided.id));
});
afterAll(() => store.close());

/** Differ from answer to answer, whatever is asked. */
const VARYING = ['date', 'x-request-id', 'x-experience-api-consistent-through', 'connection', 'keep-alive'];
const lasting = (headers: Headers) => Object.fromEntries([...headers].filter(([name]) => !VARYING.includes(name)));

describe('XAPI-00125, XAPI-00126 HEAD answers as GET does, without a body:', () => {
  it.each([
    ['all statements', {}, 200],
    ['a page', { limit: 1, ascending: true }, 200],
    ['nothing found', { verb: 'https://example.org/verbs/none' }, 200],
    ['one statement', { statementId: statement.id }, 200],
    ['one voided statement', { voidedStatementId: voided.id }, 200],
    ['a statement that is voided', { statementId: voided.id }, 404],
    ['no statement', { statementId: randomUUID() }, 404],
    ['a wrong parameter', { statementId: 'x' }, 400],
    ['an unknown parameter', { colour: 'blue' }, 400],
  ])('%s', async (_, query, status) => {
    const path = withQuery(STATEMENTS, query);
    const [get, head] = [await store.ask(path), await store.ask(path, { method: 'HEAD' })];
    expect([get.status, head.status, head.bytes.length]).toEqual([status, status, 0]);
    expect(head.headers.get('x-experience-api-consistent-through')).toBeTruthy();
    // The id of a request is in the body of an error: all of the same length.
    expect(lasting(head.headers)).toEqual(lasting(get.headers));
    expect(head.headers.get('content-length')).toBe(String(get.bytes.length));
  });

  it('to who may not ask', async () => {
    const head = await store.ask(STATEMENTS, { method: 'HEAD', headers: { authorization: null } });
    expect([head.status, head.bytes.length]).toEqual([401, 0]);
    const unversioned = await store.ask(STATEMENTS, { method: 'HEAD', headers: { 'x-experience-api-version': null } });
    expect(unversioned.status).toBe(400);
  });
});
