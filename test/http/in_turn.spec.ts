import type { NextFunction, RequestHandler } from 'express';
import { describe, expect, it } from 'vitest';
import { inTurn } from '../../src/http/in_turn.ts';

const failure = new Error('no');

/** What was called, in order, and with what the handlers went on to whoever comes behind them. */
async function called(...kinds: ('goes on' | 'goes on later' | 'answers' | 'fails' | 'throws' | 'rejects')[]) {
  const calls: unknown[] = [];
  const handlers = kinds.map((kind, i): RequestHandler => {
    const does: Record<typeof kind, (next: NextFunction) => unknown> = {
      'goes on': (next) => next(),
      'goes on later': (next) => Promise.resolve().then(() => next()),
      answers: () => {},
      fails: (next) => next(failure),
      throws: () => {
        throw failure;
      },
      rejects: () => Promise.reject(failure),
    };
    return (_request, _response, next) => {
      calls.push(i);
      return does[kind](next) as undefined;
    };
  });
  inTurn(...handlers)({} as never, {} as never, (error?: unknown) => calls.push(error === failure ? 'failed' : 'next'));
  await new Promise((resolve) => setImmediate(resolve));
  return calls;
}

describe('handlers in turn', () => {
  it('are called one after the other, then whoever comes behind', async () => {
    expect(await called('goes on', 'goes on later', 'goes on')).toEqual([0, 1, 2, 'next']);
    expect(await called()).toEqual(['next']);
  });

  it('end with the one that answers', async () => {
    expect(await called('goes on', 'answers', 'goes on')).toEqual([0, 1]);
  });

  it.each(['fails', 'throws', 'rejects'] as const)('end with the one that %s', async (kind) => {
    expect(await called('goes on', kind, 'goes on')).toEqual([0, 1, 'failed']);
    expect(await called('goes on later', kind, 'goes on')).toEqual([0, 1, 'failed']);
  });

  it('are those of their own request, when several are under way', async () => {
    const seen: string[] = [];
    const wait: RequestHandler = (_request, _response, next) => void setImmediate(() => next());
    const note: RequestHandler = (request, _response, next) => {
      seen.push(`${request}`);
      next();
    };
    const handler = inTurn(note, wait, note);
    const done = ['a', 'b'].map((request) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      void handler(request as never, {} as never, () => resolve());
      return promise;
    });
    await Promise.all(done);
    expect(seen).toEqual(['a', 'b', 'a', 'b']);
  });
});
