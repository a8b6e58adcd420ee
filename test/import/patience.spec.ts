import { describe, expect, it } from 'vitest';
import type { Answer } from '../../scripts/import/client.ts';
import { askPatiently } from '../../scripts/import/patience.ts';

const answer = (status: number, rest: Partial<Answer> = {}): Answer => ({
  status,
  error: { code: `http_${status}`, message: 'busy' },
  ...rest,
});

/** A client that gives these answers one after the other, an error by throwing it. */
function clientOf(...answers: readonly (Answer | Error)[]) {
  let posts = 0;
  const post = async () => {
    const next = answers[posts++] ?? answers.at(-1)!;
    if (next instanceof Error) throw next;
    return next;
  };
  return { post, posts: () => posts };
}

function patience(limitMs = 300_000) {
  const pauses: number[] = [];
  const notices: string[] = [];
  return {
    pauses,
    notices,
    limitMs,
    signal: new AbortController().signal,
    notify: (why: string) => notices.push(why),
    pause: async (milliseconds: number) => pauses.push(milliseconds),
  };
}

describe('a patient request', () => {
  it('waits for a lost connection, longer each time', async () => {
    const lost = new Error('socket hang up');
    const client = clientOf(lost, lost, lost, answer(200));
    const settings = patience();
    expect(await askPatiently(client.post, settings)).toMatchObject({ status: 200 });
    expect(settings.pauses).toEqual([250, 500, 1000]);
    expect(settings.notices[0]).toBe('no answer from the store: socket hang up');
  });

  it('waits as long as an overloaded store asks', async () => {
    const client = clientOf(answer(503, { retryAfterSeconds: 7 }), answer(429, { retryAfterSeconds: 0 }), answer(200));
    const settings = patience();
    expect(await askPatiently(client.post, settings)).toMatchObject({ status: 200 });
    expect(settings.pauses).toEqual([7000, 250]);
    expect(settings.notices[0]).toBe('the store answers 503: busy');
  });

  it.each([200, 400, 401, 409, 413, 500])('gives back %i at once', async (status) => {
    const client = clientOf(answer(status));
    expect(await askPatiently(client.post, patience())).toMatchObject({ status });
    expect(client.posts()).toBe(1);
  });

  it('gives up after some seconds where nothing has ever answered', async () => {
    const settings = patience();
    await expect(askPatiently(clientOf(new Error('connect ECONNREFUSED')).post, settings)).rejects.toMatchObject({
      code: 'unavailable',
      message:
        'no answer from the store: connect ECONNREFUSED; given up: is the store running, and is --url its address?',
    });
    expect(settings.pauses).toEqual([250, 500, 1000, 2000, 4000]);
  });

  it('gives up at its limit where there was an answer before', async () => {
    const settings = patience(60_000);
    await askPatiently(clientOf(answer(200)).post, settings);
    await expect(askPatiently(clientOf(new Error('socket hang up')).post, settings)).rejects.toMatchObject({
      code: 'unavailable',
      message: 'no answer from the store: socket hang up; given up',
    });
    expect(settings.pauses).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
  });

  it('stops waiting when it is told to', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped');
    const { pause: _, ...settings } = patience(600_000);
    const post = askPatiently(clientOf(answer(503, { retryAfterSeconds: 500 })).post, {
      ...settings,
      signal: stop.signal,
      notify: () => stop.abort(reason),
    });
    await expect(post).rejects.toBe(reason);
  });
});
