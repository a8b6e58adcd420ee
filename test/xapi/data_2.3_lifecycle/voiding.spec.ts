import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asking, allStatements, getStatements, post, withScopes } from '../../support/client.ts';
import {
  anIdentified,
  aStatementAbout,
  aVoidingOf,
  idsOf,
  type Posted,
  refTo,
  STATEMENTS,
  VOIDED,
} from '../../support/statements.ts';
import { startTestStore, type TestStore } from '../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

/** How the store answers for an id: by statementId, by voidedStatementId, and within a list of everything. */
async function foundAs(id: string): Promise<'stated' | 'voided' | 'unknown'> {
  const [stated, voided] = await Promise.all([
    getStatements(store, { statementId: id }),
    getStatements(store, { voidedStatementId: id }),
  ]);
  const listed = idsOf(await allStatements(store)).includes(id.toLowerCase());
  if (stated.status === 200) {
    expect([voided.status, listed, stated.json.id]).toEqual([404, true, id]);
    return 'stated';
  }
  expect([stated.status, listed]).toEqual([404, false]);
  if (voided.status === 200) expect(voided.json.id).toBe(id);
  else expect(voided.status).toBe(404);
  return voided.status === 200 ? 'voided' : 'unknown';
}

/** Posts each by itself, in this order. */
async function postInTurn(...statements: Posted[]): Promise<void> {
  for (const statement of statements) await post(store, statement);
}

describe('Data 2.3.2 voiding', () => {
  it('XAPI-00018 a statement is voided by the statement that refers to it', async () => {
    const target = anIdentified();
    const voiding = aVoidingOf(target.id);
    expect(await foundAs(target.id)).toBe('unknown');
    await post(store, target);
    expect(await foundAs(target.id)).toBe('stated');
    await post(store, voiding);
    expect(await foundAs(target.id)).toBe('voided');
    expect(await foundAs(voiding.id)).toBe('stated');
    const { json } = await getStatements(store, { voidedStatementId: target.id });
    expect(json).toMatchObject(target);
  });

  it('XAPI-00018 a statement that comes after its voiding is voided when it comes', async () => {
    const target = anIdentified();
    const voiding = aVoidingOf(target.id);
    await postInTurn(voiding);
    expect([await foundAs(target.id), await foundAs(voiding.id)]).toEqual(['unknown', 'stated']);
    await postInTurn(target);
    expect([await foundAs(target.id), await foundAs(voiding.id)]).toEqual(['voided', 'stated']);
  });

  it.each([
    ['behind', (target: Posted, voiding: Posted) => [target, voiding]],
    ['before', (target: Posted, voiding: Posted) => [voiding, target]],
  ])('XAPI-00018 within one batch, the voiding %s', async (_, ordered) => {
    const target = anIdentified();
    const voiding = aVoidingOf(target.id);
    await post(store, ...ordered(target, voiding));
    expect([await foundAs(target.id), await foundAs(voiding.id)]).toEqual(['voided', 'stated']);
  });

  it('XAPI-00018 by an id in another case', async () => {
    const target = anIdentified({ id: randomUUID().toLowerCase() });
    await postInTurn(target, aVoidingOf(target.id.toUpperCase()));
    expect(await foundAs(target.id)).toBe('voided');
    const later = anIdentified();
    await postInTurn(aVoidingOf(later.id.toUpperCase()), later);
    expect(await foundAs(later.id)).toBe('voided');
  });

  it('XAPI-00016 a voiding statement is never voided, in whatever order all arrives', async () => {
    for (const order of [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ]) {
      const target = anIdentified();
      const voiding = aVoidingOf(target.id);
      const voidingOfVoiding = aVoidingOf(voiding.id);
      const all = [target, voiding, voidingOfVoiding];
      for (const index of order) await store.ask(STATEMENTS, { body: all[index] });
      expect([await foundAs(target.id), await foundAs(voiding.id)]).toEqual(['voided', 'stated']);
    }
  });

  it('XAPI-00016 a voiding of what nobody knows is accepted', async () => {
    const voiding = aVoidingOf(randomUUID());
    expect((await store.ask(STATEMENTS, { body: voiding })).status).toBe(200);
    expect(await foundAs(voiding.id)).toBe('stated');
  });

  it('a statement can be voided twice, and posted again: it stays voided', async () => {
    const target = anIdentified();
    const [first, second] = [aVoidingOf(target.id), aVoidingOf(target.id)];
    await postInTurn(target, first, second, target);
    expect([await foundAs(target.id), await foundAs(second.id)]).toEqual(['voided', 'stated']);
    expect((await store.ask(STATEMENTS, { body: { ...target, timestamp: '2020-01-01T00:00:00Z' } })).status).toBe(409);
  });

  it('a reference without the verb, or the verb within a SubStatement, voids nothing', async () => {
    const target = anIdentified();
    const comment = anIdentified({ object: refTo(target.id) });
    const planned = aStatementAbout({ verb: { id: VOIDED }, object: refTo(target.id) });
    const inContext = anIdentified({ context: { statement: refTo(target.id) } });
    await postInTurn(target, comment, planned, inContext);
    expect(await foundAs(target.id)).toBe('stated');
  });

  it('XAPI-00017, XAPI-00020 what it voids must be named by a StatementRef', async () => {
    const id = randomUUID();
    for (const object of [
      { id },
      { id: `urn:uuid:${id}` },
      { objectType: 'Activity', id },
      { objectType: 'StatementRef' },
    ]) {
      const { status, json } = await store.ask(STATEMENTS, { body: aVoidingOf(id, { object }) });
      expect(status).toBe(400);
      expect(json.error.property).toMatch(/^\/object/);
    }
  });

  it('XAPI-00162, XAPI-00163 filters leave out what is voided, and keep what targets it', async () => {
    const verb = { id: `https://example.org/verbs/${randomUUID()}` };
    const target = anIdentified({ verb });
    const comment = anIdentified({ object: refTo(target.id) });
    const voiding = aVoidingOf(target.id);
    await postInTurn(target, comment);
    expect(idsOf(await allStatements(store, { verb: verb.id, ascending: true }))).toEqual(idsOf([target, comment]));
    await postInTurn(voiding);
    expect(idsOf(await allStatements(store, { verb: verb.id, ascending: true }))).toEqual(idsOf([comment, voiding]));
    for (const format of ['ids', 'canonical', 'exact']) {
      expect(idsOf(await allStatements(store, { verb: verb.id, format }))).toEqual(idsOf([voiding, comment]));
    }
  });

  it('a voided statement leaves the pages that are still to come', async () => {
    const verb = { id: `https://example.org/verbs/${randomUUID()}` };
    const statements = Array.from({ length: 6 }, () => anIdentified({ verb }));
    await post(store, ...statements);
    const page = await getStatements(store, {
      verb: verb.id,
      limit: 2,
      ascending: true,
      until: new Date().toISOString(),
    });
    await post(store, aVoidingOf(statements[3]!.id));
    const rest = await restOf(store, page.json);
    expect(idsOf([...page.json.statements, ...rest])).toEqual(idsOf(statements.toSpliced(3, 1)));
  });
});

describe('Data 2.3.2 who may void', () => {
  let one: Asking;
  let other: Asking;
  beforeAll(async () => {
    [one, other] = await Promise.all([withScopes(store, 'statements/write'), withScopes(store, 'statements/write')]);
  });

  it('who stated, and nobody else: 403, and nothing of the batch is stored', async () => {
    const target = anIdentified();
    await one.ask(STATEMENTS, { body: target });

    const bystander = anIdentified();
    const refused = await other.ask(STATEMENTS, { body: [bystander, aVoidingOf(target.id)] });
    expect([refused.status, refused.json.error.code]).toEqual([403, 'forbidden']);
    expect([await foundAs(target.id), await foundAs(bystander.id)]).toEqual(['stated', 'unknown']);
    const put = aVoidingOf(target.id);
    expect((await other.ask(`${STATEMENTS}?statementId=${put.id}`, { method: 'PUT', body: put })).status).toBe(403);

    expect((await one.ask(STATEMENTS, { body: aVoidingOf(target.id) })).status).toBe(200);
    expect(await foundAs(target.id)).toBe('voided');
  });

  it('scope all may void what others stated, before it comes and after', async () => {
    const [before, after] = [anIdentified(), anIdentified()];
    await one.ask(STATEMENTS, { body: before });
    await post(store, aVoidingOf(before.id), aVoidingOf(after.id));
    await one.ask(STATEMENTS, { body: after });
    expect([await foundAs(before.id), await foundAs(after.id)]).toEqual(['voided', 'voided']);
  });

  it('a voiding that came first voids nothing of another authority', async () => {
    const target = anIdentified();
    const voiding = aVoidingOf(target.id);
    expect((await other.ask(STATEMENTS, { body: voiding })).status).toBe(200);
    expect((await one.ask(STATEMENTS, { body: target })).status).toBe(200);
    expect([await foundAs(target.id), await foundAs(voiding.id)]).toEqual(['stated', 'stated']);
    expect((await one.ask(STATEMENTS, { body: aVoidingOf(target.id) })).status).toBe(200);
    expect(await foundAs(target.id)).toBe('voided');
  });
});

async function restOf(asking: Asking, { more }: Posted): Promise<Posted[]> {
  if (!more) return [];
  const { json } = await asking.ask(more);
  return [...json.statements, ...(await restOf(asking, json))];
}
