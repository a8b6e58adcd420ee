import { describe, expect, it } from 'vitest';
import type { EquivalenceDecided, EquivalenceSource } from '../../src/events/learning_types.ts';
import { aCatalogue, aCourse, aDecision, aRecord, countsFor, idOf, passed, recognitions, recorded } from './given.ts';

const COURSES = ['x', 'y', 'z', 'w'].map((name) => aCourse(name));
const held = aRecord([passed('x', '2025-05-10')]);

function decided(changes: Partial<EquivalenceDecided>, revoked?: { from: string; keep: boolean }) {
  return aCatalogue(COURSES, [aDecision('x', 'y', changes, revoked)]);
}

/** What `x` is recognised for as `y`. */
function asY(
  record: typeof held,
  catalogue: ReturnType<typeof aCatalogue>,
  asOf: string,
  agency: string | null = 'agency-b',
) {
  return recognitions(record, catalogue, asOf, agency).find(({ course }) => course === 'y');
}

describe('a decision', () => {
  it('makes a certificate count for another course, and is cited', () => {
    expect(asY(held, decided({ agency: 'agency-b' }), '2025-06-01')).toEqual({
      course: 'y',
      counts: true,
      until: null,
      by: 'decision',
      decisions: [
        {
          decision: 'x-y',
          version: 1,
          revision: 510,
          agency: 'agency-b',
          basis: 'DOC/1',
          effect: 'counts',
          decidedBy: 'Learning board',
        },
      ],
      together: [],
      failed: [],
    });
  });

  it('is for its agency, or for all', () => {
    expect(asY(held, decided({ agency: 'agency-a' }), '2025-06-01')).toBeUndefined();
    expect(asY(held, decided({ agency: 'agency-a' }), '2025-06-01', null)).toBeUndefined();
    expect(asY(held, decided({}), '2025-06-01', null)?.counts).toBe(true);
  });

  it("of all agencies makes nothing count for another agency's own course", () => {
    const courses = [aCourse('x'), aCourse('y', { agency: 'agency-a' })];
    expect(asY(held, aCatalogue(courses, [aDecision('x', 'y')]), '2025-06-01')?.failed).toMatchObject([
      { condition: 'agency' },
    ]);
    expect(asY(held, aCatalogue(courses, [aDecision('x', 'y')]), '2025-06-01', 'agency-a')?.counts).toBe(true);
    expect(asY(held, aCatalogue(courses, [aDecision('x', 'y', { agency: 'agency-b' })]), '2025-06-01')?.counts).toBe(
      true,
    );
  });

  it("makes an old certificate of another agency's retired course count", () => {
    const courses = [aCourse('x', { agency: 'agency-a', to: '2020-12-31' }), aCourse('y')];
    expect(countsFor(held, aCatalogue(courses, [aDecision('x', 'y')]), '2025-06-01')).toEqual(['y']);
  });

  it('applies from its first to its last day, judged on the day that is asked about', () => {
    const catalogue = decided({ from: '2025-06-01', to: '2025-06-30' });
    expect(asY(held, catalogue, '2025-05-31')?.failed).toEqual([
      { condition: 'decision-begins', required: '2025-06-01', found: '2025-05-31', revision: 510 },
    ]);
    expect(asY(held, catalogue, '2025-06-01')?.until).toEqual({ day: '2025-06-30', because: 'decision-ends' });
    expect(asY(held, catalogue, '2025-06-30')?.counts).toBe(true);
    expect(asY(held, catalogue, '2025-07-01')?.failed).toEqual([
      { condition: 'decision-ended', required: '2025-06-30', found: '2025-07-01', revision: 510 },
    ]);
  });

  it('declared today for a past day holds on that day', () => {
    expect(countsFor(held, aCatalogue(COURSES), '2025-05-20')).toEqual(['x']);
    expect(countsFor(held, decided({ from: '2025-05-15' }), '2025-05-20')).toEqual(['x', 'y']);
  });
});

describe('X counts for Y, revoked from 1 July', () => {
  const p = aRecord([passed('x', '2025-05-10')]);
  const q = aRecord([passed('x', '2025-07-02')]);

  it('keeping: what was completed before counts on, on later days too', () => {
    const catalogue = decided({}, { from: '2025-07-01', keep: true });
    expect([p, q].map((record) => asY(record, catalogue, '2025-07-05')?.counts)).toEqual([true, false]);
    expect(asY(p, catalogue, '2025-06-30')?.until).toBeNull();
    expect(asY(p, catalogue, '2035-07-05')?.counts).toBe(true);
    expect(asY(q, catalogue, '2025-07-05')?.failed).toEqual([
      {
        condition: 'decision-revoked',
        required: { completedBefore: '2025-07-01' },
        found: '2025-07-02',
        revision: 900,
      },
    ]);
  });

  it('keeping: what was completed on the day itself does not count', () => {
    const catalogue = decided({}, { from: '2025-07-01', keep: true });
    const completedOn = (day: string) => asY(aRecord([passed('x', day)]), catalogue, '2025-07-05')?.counts;
    expect(['2025-06-30', '2025-07-01'].map(completedOn)).toEqual([true, false]);
  });

  it('not keeping: nothing counts from the day on', () => {
    const catalogue = decided({}, { from: '2025-07-01', keep: false });
    expect([p, q].map((record) => asY(record, catalogue, '2025-07-05')?.counts)).toEqual([false, false]);
    expect(asY(p, catalogue, '2025-06-30')?.until).toEqual({ day: '2025-06-30', because: 'decision-revoked' });
    expect(asY(p, catalogue, '2025-07-05')?.failed).toEqual([
      { condition: 'decision-revoked', required: { before: '2025-07-01' }, found: '2025-07-05', revision: 900 },
    ]);
  });

  it('as known before the revocation, both count', () => {
    expect([p, q].map((record) => asY(record, decided({}), '2025-07-05')?.counts)).toEqual([true, true]);
  });

  it('keeps nothing when it never applied, and nothing beyond its last day', () => {
    expect(asY(p, decided({ from: '2025-07-01' }, { from: '2025-07-01', keep: true }), '2025-07-05')?.counts).toBe(
      false,
    );
    const catalogue = decided({ to: '2025-12-31' }, { from: '2025-07-01', keep: true });
    expect(asY(p, catalogue, '2025-08-01')?.until).toEqual({ day: '2025-12-31', because: 'decision-ends' });
    expect(asY(p, catalogue, '2026-01-01')?.failed).toMatchObject([{ condition: 'decision-ended' }]);
  });
});

describe('a condition', () => {
  const EDITIONS = [
    { code: 'X-1', language: 'en-GB', version: '1' },
    { code: 'X-2', language: 'fr' },
  ];
  const completion = [{ ...aCourse('x').completion[0]!, edition: 'X-1' }];
  const courses = [aCourse('x', { editions: EDITIONS, completion, validity: 'P9Y' }), aCourse('y')];
  const scored = aRecord([passed('x', '2025-05-10', { result: { score: { scaled: 0.8 } } })]);

  it.each<[string, Partial<EquivalenceSource>, Partial<EquivalenceSource>, unknown]>([
    ['version', { version: '1' }, { version: '2' }, '1'],
    ['edition', { edition: 'X-1' }, { edition: 'X-2' }, ['X-1']],
    ['completed-from', { completedFrom: '2025-05-10' }, { completedFrom: '2025-05-11' }, '2025-05-10'],
    ['completed-to', { completedTo: '2025-05-10' }, { completedTo: '2025-05-09' }, '2025-05-10'],
    ['maximum-age', { maxAge: 'P1M' }, { maxAge: 'P30D' }, '2025-05-10'],
    ['minimum-score', { minScaled: 0.8 }, { minScaled: 0.81 }, 0.8],
    ['language', { languages: ['fr', 'EN'] }, { languages: ['fr', 'e'] }, ['en-GB']],
    ['platform', { platforms: ['hub'] }, { platforms: ['campus'] }, ['hub']],
  ])('on %s is met, or named with what there was', (condition, met, unmet, found) => {
    const asking = (source: Partial<EquivalenceSource>) =>
      asY(scored, aCatalogue(courses, [aDecision('x', 'y', { sources: [{ course: 'x', ...source }] })]), '2025-06-10');
    expect(asking(met)).toMatchObject({ counts: true, failed: [] });
    expect(asking(unmet)).toMatchObject({
      counts: false,
      until: null,
      failed: [{ condition, required: Object.values(unmet)[0], found }],
    });
  });

  it('that fails is listed with each other that fails', () => {
    const sources = [{ course: 'x', completedTo: '2025-05-09', minScaled: 0.9, maxAge: 'P1D' }];
    const found = asY(held, decided({ sources, to: '2025-05-31' }), '2025-06-01');
    expect(found?.failed.map(({ condition }) => condition)).toEqual([
      'completed-to',
      'maximum-age',
      'minimum-score',
      'decision-ended',
    ]);
  });

  it('on the age ends what counts', () => {
    const catalogue = decided({ sources: [{ course: 'x', maxAge: 'P1M' }] });
    expect(asY(held, catalogue, '2025-06-10')?.until).toEqual({ day: '2025-06-10', because: 'maximum-age' });
    expect(asY(held, catalogue, '2025-06-11')?.counts).toBe(false);
  });

  it('on platforms or issuers is met by one piece of evidence of any of them', () => {
    const sources = [{ course: 'x', platforms: ['campus'], issuers: ['Institute'] }];
    const elsewhere = recorded('x', '2025-05-10');
    expect(asY(aRecord(held.statements, { recorded: [elsewhere] }), decided({ sources }), '2025-06-01')?.counts).toBe(
      true,
    );
    expect(asY(held, decided({ sources }), '2025-06-01')?.failed).toEqual([
      { condition: 'platform', required: ['campus'], found: ['hub'] },
      { condition: 'issuer', required: ['Institute'], found: [] },
    ]);
    const onlyIssuers = decided({ sources: [{ course: 'x', issuers: ['Academy'] }] });
    expect(asY(aRecord([], { recorded: [elsewhere] }), onlyIssuers, '2025-06-01')?.failed).toEqual([
      { condition: 'issuer', required: ['Academy'], found: ['Institute'] },
    ]);
  });
});

describe('several sources', () => {
  const sources = [{ course: 'x' }, { course: 'z', maxAge: 'P1M' }];

  it('count together, and each says with which other; the earliest end is the end', () => {
    const both = aRecord([passed('x', '2025-05-10', { number: 1 }), passed('z', '2025-05-20', { number: 2 })]);
    const found = recognitions(both, decided({ sources }), '2025-06-01').filter(({ course }) => course === 'y');
    expect(found.map(({ counts, together }) => [counts, together])).toEqual([
      [true, [`earned:x:${idOf(1)}`]],
      [true, [`earned:z:${idOf(2)}`]],
    ]);
    for (const { until } of found) expect(until).toEqual({ day: '2025-06-20', because: 'maximum-age' });
  });

  it('do not count one without the other', () => {
    expect(asY(held, decided({ sources }), '2025-06-01')?.failed).toEqual([
      { condition: 'together-with', required: sources[1], found: [] },
    ]);
    const tooOld = aRecord([passed('x', '2025-05-10', { number: 1 }), passed('z', '2025-01-20', { number: 2 })]);
    expect(asY(tooOld, decided({ sources: [...sources].reverse() }), '2025-06-01')?.failed).toMatchObject([
      { condition: expect.stringMatching(/together-with|maximum-age/) },
    ]);
  });

  it('that are all there are not said to be missing when the decision does not apply', () => {
    const both = aRecord([passed('x', '2025-05-10', { number: 1 }), passed('z', '2025-05-20', { number: 2 })]);
    const found = recognitions(both, decided({ sources, from: '2025-07-01' }), '2025-06-01');
    for (const { failed } of found.filter(({ course }) => course === 'y')) {
      expect(failed.map(({ condition }) => condition)).toEqual(['decision-begins']);
    }
  });

  it('all have to be of before a revocation that keeps', () => {
    const both = aRecord([passed('x', '2025-05-10', { number: 1 }), passed('z', '2025-07-02', { number: 2 })]);
    const catalogue = decided({ sources }, { from: '2025-07-01', keep: true });
    expect(asY(both, catalogue, '2025-07-05')?.counts).toBe(false);
    expect(countsFor(both, catalogue, '2025-07-05')).toEqual(['x', 'z']);
  });

  it('are met by the certificate that lasts longest, then by the earliest', () => {
    const many = aRecord([
      passed('x', '2025-05-10', { number: 1 }),
      passed('z', '2025-05-20', { number: 2 }),
      passed('z', '2025-05-25', { number: 3 }),
    ]);
    expect(asY(many, decided({ sources }), '2025-06-01')).toBeDefined();
    const ofX = (asked: readonly EquivalenceSource[]) =>
      recognitions(many, decided({ sources: asked }), '2025-06-01').find(
        ({ course, together }) => course === 'y' && together.some((id) => id.startsWith('earned:z')),
      );
    expect(ofX(sources)?.together).toEqual([`earned:z:${idOf(3)}`]);
    expect(ofX([{ course: 'x' }, { course: 'z' }])?.together).toEqual([`earned:z:${idOf(2)}`]);
  });

  it('can be of one course, told apart by their conditions', () => {
    const twice = [
      { course: 'x', completedTo: '2024-12-31' },
      { course: 'x', completedFrom: '2025-01-01' },
    ];
    expect(asY(held, decided({ sources: twice }), '2025-06-01')?.failed).toMatchObject([
      { condition: 'together-with' },
    ]);
    const both = aRecord([passed('x', '2024-05-10', { number: 1 }), passed('x', '2025-05-10', { number: 2 })]);
    expect(countsFor(both, decided({ sources: twice }), '2025-06-01')).toEqual(['x', 'x', 'y', 'y']);
  });
});

describe('mutual', () => {
  const other = aRecord([passed('y', '2025-05-10')]);
  const source = { course: 'x', version: '1', completedFrom: '2025-01-01' };

  it('goes both ways, where it is declared so', () => {
    expect(countsFor(other, decided({}), '2025-06-01')).toEqual(['y']);
    expect(countsFor(other, decided({ mutual: true }), '2025-06-01')).toEqual(['x', 'y']);
  });

  it('asks the same both ways, but for versions and editions of the source', () => {
    const catalogue = decided({ mutual: true, sources: [source] });
    expect(countsFor(other, catalogue, '2025-06-01')).toEqual(['x', 'y']);
    expect(countsFor(aRecord([passed('y', '2024-05-10')]), catalogue, '2025-06-01')).toEqual(['y']);
  });
});

describe('one step', () => {
  const chain = (transitive: boolean, more: readonly ReturnType<typeof aDecision>[] = []) =>
    aCatalogue(COURSES, [aDecision('x', 'y'), aDecision('y', 'z', transitive ? { transitive } : {}), ...more]);

  it('is all, unless the further decision is declared transitive', () => {
    expect(countsFor(held, chain(false), '2025-06-01')).toEqual(['x', 'y']);
    expect(countsFor(held, chain(true), '2025-06-01')).toEqual(['x', 'y', 'z']);
    const found = recognitions(held, chain(true), '2025-06-01').find(({ course }) => course === 'z');
    expect(found?.decisions.map(({ decision }) => decision)).toEqual(['x-y', 'y-z']);
  });

  it('goes on over as many as are transitive, and ends in circles', () => {
    const circle = chain(true, [
      aDecision('z', 'w', { transitive: true }),
      aDecision('w', 'x', { transitive: true }),
      aDecision('w', 'y', { transitive: true }),
    ]);
    expect(countsFor(held, circle, '2025-06-01')).toEqual(['w', 'x', 'y', 'z']);
    expect(recognitions(held, circle, '2025-06-01').map(({ course }) => course)).toEqual(['x', 'w', 'y', 'z']);
  });

  it('that fails at the end says why; one that is denied leads nowhere', () => {
    const ended = aCatalogue(COURSES, [
      aDecision('x', 'y'),
      aDecision('y', 'z', { transitive: true, to: '2025-05-31' }),
    ]);
    const found = recognitions(held, ended, '2025-06-01').find(({ course }) => course === 'z');
    expect(found?.failed).toMatchObject([{ condition: 'decision-ended' }]);
    const denied = chain(true, [aDecision('x', 'y', { decision: 'no', effect: 'does-not-count' })]);
    expect(countsFor(held, denied, '2025-06-01')).toEqual(['x']);
  });

  it('lets what counts by another decision count together with others', () => {
    const sources = [{ course: 'y' }, { course: 'w' }];
    const catalogue = aCatalogue(COURSES, [aDecision('x', 'y'), aDecision('y', 'z', { sources, transitive: true })]);
    const record = aRecord([passed('x', '2025-05-10', { number: 1 }), passed('w', '2025-05-11', { number: 2 })]);
    const found = recognitions(record, catalogue, '2025-06-01').filter(({ course }) => course === 'z');
    expect(found.map(({ counts, together }) => [counts, together])).toEqual([
      [true, [`earned:x:${idOf(1)}`]],
      [true, [`earned:w:${idOf(2)}`]],
    ]);
  });

  it('takes, of several ways, the one that lasts longest', () => {
    const catalogue = chain(true, [aDecision('x', 'z', { to: '2025-12-31' })]);
    const found = recognitions(held, catalogue, '2025-06-01').filter(({ course }) => course === 'z');
    expect(found).toMatchObject([{ counts: true, until: null }]);
  });
});
