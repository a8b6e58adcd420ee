import type { NextFunction, RequestHandler } from 'express';

/**
 * Several handlers as one, each called when the one before calls `next`; an error goes to whoever comes behind all of
 * them. Express calls them the same way, but what it does about each costs more than most of ours do themselves.
 */
export function inTurn(...handlers: readonly RequestHandler[]): RequestHandler {
  return (request, response, next) => {
    let called = 0;
    const goOn: NextFunction = (error?: unknown) => {
      const handler = handlers[called++];
      if (error || handler === undefined) return next(error);
      try {
        const done: unknown = handler(request, response, goOn);
        if (done instanceof Promise) done.catch(next);
      } catch (thrown) {
        next(thrown);
      }
    };
    goOn();
  };
}
