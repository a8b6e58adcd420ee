import { describe, expect, it } from 'vitest';
import { assignmentsOf, placeBooks } from '../../src/compliance/evaluate.ts';
import { graduationOf, participantProgress } from '../../src/compliance/graduation.ts';
import { pathProgress, type Standpoint } from '../../src/compliance/progress.ts';
import type { PartsNeeded, PathDeclared, Satisfaction } from '../../src/events/compliance_types.ts';
import { assigned, completed, course, known, PERSON, policyOf, recordOf } from './given.ts';

const COURSES = [course('a', { validity: 'P1Y' }), course('b'), course('c')];

/** What the person has learned as the agency counts it: a certificate for each course and day. */
function standpoint(agency: string | null, ...completions: readonly (readonly [course: string, day: string])[]) {
  const policy = policyOf({ courses: COURSES, requirements: [] });
  const record = recordOf(completions.map(([of, day]) => completed(of, day)));
  const facts = known([assigned('2020-01-01')]);
  const [assignment] = assignmentsOf(
    { persons: [PERSON], record, facts },
    policy,
    placeBooks(() => []),
  );
  const { around, spans } = assignment!;
  const learned = { ...around, spans, recurrence: undefined };
  return { agency, learned, completed: new Map(completions) } satisfies Standpoint;
}

const path = (ordered: boolean, ...needed: readonly Satisfaction[]): PathDeclared => ({
  path: 'path',
  title: 'Path',
  ...(ordered && { ordered }),
  steps: needed.map((satisfiedBy, i) => ({ step: `${i + 1}`, title: `Step ${i + 1}`, satisfiedBy })),
});
const [A, B, C] = [{ course: 'a' }, { course: 'b' }, { course: 'c' }];
const doneIn = ({ steps }: ReturnType<typeof pathProgress>) => steps.filter(({ done }) => done).map(({ step }) => step);

describe('progress on a path', () => {
  it('counts what is done and left, and names the next step, the last activity and the evidence', () => {
    const learned = standpoint('x', ['a', '2024-03-01'], ['c', '2024-05-01']);
    const progress = pathProgress(path(false, A, B, C), [learned], '2024-06-01');
    expect(progress).toMatchObject({
      done: 2,
      left: 1,
      of: 3,
      next: '2',
      stage: 'begun',
      lastActivity: '2024-05-01',
      steps: [
        { step: '1', done: true, since: '2024-03-01', until: { day: '2025-03-01', because: 'expiry' }, agency: 'x' },
        { step: '2', done: false, since: null, missing: ['b'], certificates: [] },
        { step: '3', done: true, until: null },
      ],
    });
    expect(progress.steps[0]!.certificates).toMatchObject([{ course: 'a', evidence: [{ revision: 1000 }] }]);
  });

  it('takes nothing into account that was completed later', () => {
    const learned = standpoint('x', ['b', '2024-05-01']);
    expect(pathProgress(path(false, B), [learned], '2024-04-30').done).toBe(0);
    expect(pathProgress(path(false, B), [learned], '2024-05-01')).toMatchObject({ stage: 'done', next: null });
  });

  it('what no longer counts is left again, and stays the last activity', () => {
    const learned = standpoint('x', ['a', '2022-03-01']);
    const progress = pathProgress(path(false, A, B), [learned], '2024-01-01');
    expect(progress).toMatchObject({ done: 0, lastActivity: '2022-03-01', stage: 'begun' });
    expect(pathProgress(path(false, B), [learned], '2024-01-01')).toMatchObject({
      stage: 'not-begun',
      lastActivity: null,
    });
  });

  it('of an ordered path, a step counts only on or after the one before it', () => {
    const day = '2024-06-01';
    const on = (first: string, second: string) =>
      pathProgress(path(true, B, C), [standpoint('x', ['b', first], ['c', second])], day);
    expect(doneIn(on('2024-02-01', '2024-02-01'))).toEqual(['1', '2']);
    const early = on('2024-02-02', '2024-02-01');
    expect(doneIn(early)).toEqual(['1']);
    expect(early.steps.map(({ outOfOrder }) => outOfOrder)).toEqual([false, true]);
    expect(early.steps[1]!.missing).toEqual(['c']);
  });

  it('of an ordered path, nothing behind a step that is left is done', () => {
    const learned = standpoint('x', ['b', '2024-02-01'], ['c', '2024-03-01']);
    const progress = pathProgress(path(true, B, A, C), [learned], '2024-06-01');
    expect(doneIn(progress)).toEqual(['1']);
    expect(progress).toMatchObject({ next: '2', steps: [{}, { outOfOrder: false }, { outOfOrder: true }] });
  });

  it('a step that the person does not need is done, and leaves the order as it is', () => {
    const never: Satisfaction = { when: { not: { all: [] } }, needs: A };
    const learned = standpoint('x', ['b', '2024-03-01'], ['c', '2024-02-01']);
    const { steps } = pathProgress(path(true, B, never, C), [learned], '2024-06-01');
    expect(steps).toMatchObject([
      { done: true, since: '2024-03-01' },
      { done: true, since: null, certificates: [] },
      { done: false, outOfOrder: true },
    ]);
  });

  it('a step is done when it is in one of the agencies, as long as it lasts longest', () => {
    const ways = [standpoint('x', ['a', '2024-03-01']), standpoint('y', ['a', '2024-04-01']), standpoint('z')];
    const { steps } = pathProgress(path(false, A), ways, '2024-06-01');
    expect(steps).toMatchObject([{ done: true, since: '2024-03-01', agency: 'y', until: { day: '2025-04-01' } }]);
    const [left] = pathProgress(path(false, { all: [A, B] }), [standpoint('x'), ways[0]!], '2024-06-01').steps;
    expect(left).toMatchObject({ done: false, missing: ['b'] });
  });
});

describe('who graduates', () => {
  const parts = (...done: readonly (readonly [part: string, since: string])[]) =>
    ['a', 'b', 'c'].map((part) => {
      const since = done.find(([one]) => one === part)?.[1] ?? null;
      return { part, done: since !== null, since };
    });
  const [a, b, c] = [{ part: 'a' }, { part: 'b' }, { part: 'c' }];

  it.each<[string, PartsNeeded, PartsNeeded | null, string | null]>([
    ['all', { all: [a, b] }, b, null],
    ['several of all', { all: [a, b, c] }, { all: [b, c] }, null],
    ['any, done', { any: [a, b] }, null, '2024-01-01'],
    ['any, left', { any: [b, c] }, { any: [b, c] }, null],
    ['at least, one missing', { atLeast: 2, of: [a, b, c] }, { any: [b, c] }, null],
    [
      'at least, of those left',
      { atLeast: 2, of: [b, c, { any: [b, c] }] },
      { atLeast: 2, of: [b, c, { any: [b, c] }] },
      null,
    ],
    ['within each other', { all: [a, { any: [b, { all: [a, c] }] }] }, { any: [b, c] }, null],
  ])('%s', (_name, needed, missing, since) => {
    expect(graduationOf(needed, parts(['a', '2024-01-01']))).toMatchObject({
      graduates: missing === null,
      missing,
      since,
    });
  });

  it('from the day on which the last part that is needed was done, by all that are', () => {
    const done = parts(['a', '2024-03-01'], ['b', '2024-01-01'], ['c', '2024-02-01']);
    const since = (needed: PartsNeeded) => graduationOf(needed, done).since;
    expect(since({ all: [a, b, c] })).toBe('2024-03-01');
    expect(since({ any: [a, b, c] })).toBe('2024-01-01');
    expect(since({ atLeast: 2, of: [a, b, c] })).toBe('2024-02-01');
    expect(graduationOf({ atLeast: 2, of: [a, b, c] }, done).because).toEqual(['a', 'b', 'c']);
  });

  it('a participant has parts of several kinds', () => {
    const programme = {
      programme: 'orientation',
      title: 'Orientation',
      parts: [
        { part: 'module', title: 'Module', kind: 'complete', satisfiedBy: B },
        { part: 'webinar', title: 'Webinar', kind: 'attend', satisfiedBy: C },
      ],
      graduates: { all: [{ part: 'module' }, { part: 'webinar' }] },
    };
    const learned = [standpoint('x', ['b', '2024-03-01'])];
    expect(participantProgress(programme, learned, '2024-06-01')).toMatchObject({
      done: 1,
      left: 1,
      lastActivity: '2024-03-01',
      graduates: false,
      missing: { part: 'webinar' },
      parts: [
        { part: 'module', kind: 'complete', done: true, certificates: [{ course: 'b' }] },
        { part: 'webinar', kind: 'attend', done: false, missing: ['c'] },
      ],
    });
  });
});
