import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../scripts/import/client.ts';
import { settle } from '../../scripts/import/settling.ts';
import type { StoreError } from '../../scripts/store_client.ts';

interface Posted {
  readonly id: string;
  readonly bad: boolean;
}

function statement(position: number, bad: boolean) {
  const id = `id-${position}`;
  return { position, id, bytes: Buffer.from(JSON.stringify({ id, bad })) };
}

const refusal = (error: Partial<StoreError>, status = 400): Answer => ({
  status,
  error: { code: 'invalid_statement', message: 'wrong', ...error },
});

/** A store that takes a post whole or not at all, and says what is wrong with its first bad statement. */
function store(describeOffender: (index: number, id: string) => Partial<StoreError>) {
  const stored = new Set<string>();
  let posts = 0;
  const post = async (body: Buffer): Promise<Answer> => {
    posts += 1;
    const statements: Posted[] = JSON.parse(body.toString());
    const index = statements.findIndex(({ bad }) => bad);
    if (index !== -1) return refusal(describeOffender(index, statements[index]!.id));
    for (const { id } of statements) stored.add(id);
    return { status: 200, accepted: statements.length, error: { code: '', message: '' } };
  };
  return { stored, post, posts: () => posts };
}

const offenders = {
  'a pointer': (index: number) => ({ property: `/${index}/actor/mbox` }),
  'an id': (_: number, id: string) => ({ id }),
  nothing: () => ({}),
  'a parameter': () => ({ property: 'statementId' }),
  'a pointer to nowhere': () => ({ property: '/50/actor' }),
};

describe('settling', () => {
  it.each(Object.entries(offenders))(
    'gets every good statement in where the store names %s',
    async (_, describeOffender) => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 50 }), async (bad) => {
          const { stored, post } = store(describeOffender);
          const statements = bad.map((isBad, index) => statement(index + 100, isBad));
          const outcome = await settle(statements, post);
          const good = statements.filter((_, index) => !bad[index]).map(({ id }) => id);
          expect([...stored].sort()).toEqual(good.sort());
          expect(outcome.stored).toBe(good.length);
          const refused = statements.filter((_, index) => bad[index]).map(({ position }) => position);
          expect(outcome.refused.map(({ position }) => position)).toEqual(refused);
        }),
      );
    },
  );

  it('takes one post when all is well, and one more for a statement that is pointed at', async () => {
    const good = store(offenders['a pointer']);
    await settle([statement(1, false), statement(2, false)], good.post);
    expect(good.posts()).toBe(1);
    const mixed = store(offenders['a pointer']);
    await settle([statement(1, false), statement(2, true), statement(3, false)], mixed.post);
    expect(mixed.posts()).toBe(2);
  });

  it('reports the error as it is, with the pointer into the statement', async () => {
    const post = async () => refusal({ property: '/0/actor/mbox', rule: 'a rule', spec: 'a section' }, 409);
    expect((await settle([statement(17, true)], post)).refused).toEqual([
      {
        position: 17,
        id: 'id-17',
        status: 409,
        code: 'invalid_statement',
        message: 'wrong',
        property: '/actor/mbox',
        rule: 'a rule',
        spec: 'a section',
      },
    ]);
  });

  it.each([
    ['/1/verb/id', '/1/verb/id must be an IRI.', '/verb/id', '/verb/id must be an IRI.'],
    ['/1', '/1 must be an object.', '', 'The statement must be an object.'],
    ['/1/id', 'There is another statement with the id x.', '/id', 'There is another statement with the id x.'],
  ])('says of %s where it is in the statement, in the message too', async (property, message, own, ownMessage) => {
    let answered = false;
    const post = async (): Promise<Answer> => {
      if (answered) return { status: 200, accepted: 1, error: { code: '', message: '' } };
      answered = true;
      return refusal({ property, message });
    };
    const { refused } = await settle([statement(8, false), statement(9, true)], post);
    expect(refused).toEqual([expect.objectContaining({ position: 9, property: own, message: ownMessage })]);
  });

  it('leaves a message as it is where the store names no place', async () => {
    const post = async () => refusal({ property: '', message: 'This is not JSON.' });
    expect((await settle([statement(9, true)], post)).refused).toEqual([
      { position: 9, id: 'id-9', status: 400, code: 'invalid_statement', message: 'This is not JSON.' },
    ]);
  });

  it('halves a post that is too large', async () => {
    const sizes: number[] = [];
    const post = async (body: Buffer): Promise<Answer> => {
      const { length } = JSON.parse(body.toString());
      sizes.push(length);
      if (length > 1) return refusal({ code: 'too_large' }, 413);
      return { status: 200, accepted: length, error: { code: '', message: '' } };
    };
    const statements = [1, 2, 3].map((position) => statement(position, false));
    expect(await settle(statements, post)).toEqual({ stored: 3, refused: [] });
    expect(sizes).toEqual([3, 1, 2, 1, 1]);
  });

  it.each([
    [401, 'unauthenticated', 'unauthenticated'],
    [403, 'forbidden', 'forbidden'],
    [404, 'not_found', 'unavailable'],
    [405, 'method_not_allowed', 'unavailable'],
    [400, 'invalid_header', 'unavailable'],
    [301, 'http_301', 'unavailable'],
    [500, 'http_500', 'unavailable'],
  ])('ends at %i %s, which is not about the statements', async (status, code, thrown) => {
    let posts = 0;
    const post = async () => {
      posts += 1;
      return refusal({ code }, status);
    };
    await expect(settle([statement(1, false), statement(2, false)], post)).rejects.toMatchObject({ code: thrown });
    expect(posts).toBe(1);
  });

  it('does not take the page of some web server for a store that has stored', async () => {
    const post = async (): Promise<Answer> => ({ status: 200, error: { code: 'http_200', message: '<html>' } });
    await expect(settle([statement(1, false)], post)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
