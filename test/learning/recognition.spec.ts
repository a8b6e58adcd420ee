import { describe, expect, it } from 'vitest';
import { aCatalogue, aCourse, aDecision, aRecord, countsFor, idOf, passed, recognitions, recorded } from './given.ts';

const held = aRecord([passed('x', '2025-05-10')]);

describe('as the course itself', () => {
  it('counts without end when the course is common', () => {
    expect(recognitions(held, aCatalogue([aCourse('x')]), '2025-06-01')).toEqual([
      { course: 'x', counts: true, until: null, by: 'itself', decisions: [], together: [], failed: [] },
    ]);
  });

  it('counts for the agency whose own the course is, and for no other', () => {
    const catalogue = aCatalogue([aCourse('x', { agency: 'agency-a' })]);
    expect(countsFor(held, catalogue, '2025-06-01', 'agency-a')).toEqual(['x']);
    for (const found of ['agency-b', null]) {
      expect(recognitions(held, catalogue, '2025-06-01', found)[0]?.failed).toEqual([
        { condition: 'agency', required: 'agency-a', found, revision: 110 },
      ]);
    }
  });

  it('counts when it was completed while the course was in force', () => {
    const inForce = (from: string, to: string) =>
      recognitions(held, aCatalogue([aCourse('x', { from, to })]), '2026-06-01')[0];
    expect(inForce('2025-05-10', '2025-05-10')?.counts).toBe(true);
    for (const [from, to] of [
      ['2025-05-11', '2025-12-31'],
      ['2025-01-01', '2025-05-09'],
    ] as const) {
      expect(inForce(from, to)?.failed).toEqual([
        { condition: 'in-force', required: { from, to }, found: '2025-05-10', revision: 110 },
      ]);
    }
  });

  it.each([
    ['pending', 2000],
    ['refused', 2001],
  ] as const)('counts for nothing while it is %s', (state, revision) => {
    const record = aRecord([], { recorded: [recorded('x', '2025-05-10', state)] });
    const catalogue = aCatalogue([aCourse('x'), aCourse('y')], [aDecision('x', 'y')]);
    const found = recognitions(record, catalogue, '2025-06-01');
    expect(found.map((one) => [one.course, one.counts])).toEqual([
      ['x', false],
      ['y', false],
    ]);
    for (const { failed } of found) {
      expect(failed).toEqual([{ condition: 'state', required: 'valid', found: state, revision }]);
    }
  });

  it('counts through the day of expiry', () => {
    const catalogue = aCatalogue([aCourse('x', { validity: 'P1Y' })]);
    expect(recognitions(held, catalogue, '2026-05-10')[0]?.until).toEqual({ day: '2026-05-10', because: 'expiry' });
    expect(recognitions(held, catalogue, '2026-05-11')[0]?.failed).toMatchObject([
      { condition: 'state', found: 'expired' },
    ]);
  });
});

describe('a certificate that is submitted later and verified later still', () => {
  it('is pending as known before the verification, and counts from its completion day as known after', () => {
    const catalogue = aCatalogue([aCourse('x')]);
    const known = (became: 'pending' | 'verified') => aRecord([], { recorded: [recorded('x', '2025-05-10', became)] });
    expect(countsFor(known('pending'), catalogue, '2025-05-15')).toEqual([]);
    expect(countsFor(known('verified'), catalogue, '2025-05-15')).toEqual(['x']);
    expect(countsFor(known('verified'), catalogue, '2025-05-09')).toEqual([]);
  });
});

describe('a course that is replaced', () => {
  const replacedBy = { course: 'new', from: '2023-02-01' };
  const catalogue = aCatalogue([aCourse('old', { replacedBy }), aCourse('new')]);
  const record = aRecord([passed('old', '2023-01-15')]);
  const replaced = {
    condition: 'replaced',
    required: { course: 'new', from: '2023-02-01' },
    found: { course: 'old', completed: '2023-01-15' },
    revision: 110,
  };

  it('counts on the last day before, and not from the day on', () => {
    expect(recognitions(record, catalogue, '2023-01-31')).toMatchObject([
      { course: 'old', counts: true, until: { day: '2023-01-31', because: 'replaced' } },
    ]);
    expect(countsFor(record, catalogue, '2023-02-01')).toEqual([]);
  });

  it('is the reason why its certificates do not count for what replaces it', () => {
    expect(recognitions(record, catalogue, '2024-01-01')).toMatchObject([
      { course: 'new', counts: false, failed: [replaced] },
      { course: 'old', counts: false, failed: [replaced] },
    ]);
  });

  it('says so of every course that came after it', () => {
    const chain = aCatalogue([
      aCourse('old', { replacedBy }),
      aCourse('new', { replacedBy: { course: 'newest', from: '2025-01-01' } }),
      aCourse('newest', { replacedBy: { course: 'old', from: '2026-01-01' } }),
    ]);
    const found = recognitions(record, chain, '2027-01-01');
    expect(found.map(({ course }) => course)).toEqual(['new', 'newest', 'old']);
    expect(found[1]?.failed.map(({ required }) => required)).toEqual([
      { course: 'new', from: '2023-02-01' },
      { course: 'newest', from: '2025-01-01' },
    ]);
  });

  it('goes on counting when its certificates are kept', () => {
    const kept = aCatalogue([aCourse('old', { replacedBy: { ...replacedBy, keep: true } }), aCourse('new')]);
    expect(recognitions(record, kept, '2024-01-01')[0]).toMatchObject({ course: 'old', counts: true, until: null });
  });

  it('counts for what a decision says, for the new one too', () => {
    const decided = aCatalogue([aCourse('old', { replacedBy }), aCourse('new')], [aDecision('old', 'new')]);
    expect(countsFor(record, decided, '2024-01-01')).toEqual(['new']);
    expect(recognitions(record, decided, '2024-01-01').filter(({ course }) => course === 'new')).toHaveLength(1);
  });

  it('goes on counting for itself where a decision says so', () => {
    const decided = aCatalogue(
      [aCourse('old', { replacedBy }), aCourse('new')],
      [aDecision('old', 'old', { agency: 'agency-b' })],
    );
    expect(recognitions(record, decided, '2024-01-01')[0]).toMatchObject({
      course: 'old',
      counts: true,
      by: 'decision',
    });
    expect(countsFor(record, decided, '2024-01-01', 'agency-a')).toEqual([]);
  });

  it('ends what others counted for it', () => {
    const decided = aCatalogue([aCourse('x'), aCourse('old', { replacedBy }), aCourse('new')], [aDecision('x', 'old')]);
    const other = aRecord([passed('x', '2023-01-15')]);
    expect(recognitions(other, decided, '2023-01-31')[1]).toMatchObject({
      course: 'old',
      counts: true,
      until: { day: '2023-01-31', because: 'replaced' },
    });
    expect(countsFor(other, decided, '2023-02-01')).toEqual(['x']);
  });
});

describe('a decision that it does not count', () => {
  const deny = (changes = {}, revoked?: { from: string; keep: boolean }) =>
    aDecision(
      'x',
      'y',
      { decision: 'no', effect: 'does-not-count', reason: 'one module is missing', ...changes },
      revoked,
    );
  const courses = [aCourse('x'), aCourse('y')];

  it('is cited, with its reason', () => {
    expect(recognitions(held, aCatalogue(courses, [deny()]), '2025-06-01')[1]).toEqual({
      course: 'y',
      counts: false,
      until: null,
      by: 'decision',
      decisions: [
        {
          decision: 'no',
          version: 1,
          revision: 510,
          agency: null,
          basis: 'DOC/1',
          effect: 'does-not-count',
          decidedBy: 'Learning board',
          reason: 'one module is missing',
        },
      ],
      together: [],
      failed: [],
    });
  });

  it.each([
    ['all agencies', undefined],
    ['the agency', 'agency-b'],
  ])('of %s beats that it counts', (_, agency) => {
    for (const owner of [{}, { agency: 'agency-b' }]) {
      const catalogue = aCatalogue(courses, [aDecision('x', 'y', owner), deny(agency === undefined ? {} : { agency })]);
      expect(countsFor(held, catalogue, '2025-06-01')).toEqual(['x']);
    }
  });

  it('of another agency does not matter', () => {
    const catalogue = aCatalogue(courses, [aDecision('x', 'y'), deny({ agency: 'agency-a' })]);
    expect(countsFor(held, catalogue, '2025-06-01')).toEqual(['x', 'y']);
  });

  it('beats the course itself', () => {
    const catalogue = aCatalogue(courses, [
      deny({ sources: [{ course: 'x', completedTo: '2025-05-10' }], target: 'x' }),
    ]);
    expect(recognitions(held, catalogue, '2025-06-01')).toMatchObject([{ course: 'x', counts: false, by: 'decision' }]);
    expect(countsFor(aRecord([passed('x', '2025-05-11')]), catalogue, '2025-06-01')).toEqual(['x']);
  });

  it('ends what counts on the day before it begins, and lets it count again when it is over', () => {
    const during = aCatalogue(courses, [aDecision('x', 'y'), deny({ from: '2025-07-01', to: '2025-07-31' })]);
    const until = { day: '2025-06-30', because: 'does-not-count' };
    expect(recognitions(held, during, '2025-06-01')[1]).toMatchObject({ course: 'y', until });
    expect(
      ['2025-06-30', '2025-07-01', '2025-07-31', '2025-08-01'].map((day) => countsFor(held, during, day).length),
    ).toEqual([2, 1, 1, 2]);
  });

  it('matters no more once it is revoked, kept or not', () => {
    for (const keep of [true, false]) {
      const catalogue = aCatalogue(courses, [aDecision('x', 'y'), deny({}, { from: '2025-06-01', keep })]);
      expect(['2025-05-31', '2025-06-01'].map((day) => countsFor(held, catalogue, day))).toEqual([['x'], ['x', 'y']]);
    }
  });
});

describe('until', () => {
  it('foresees the withdrawal of the certificate', () => {
    const data = {
      certificate: { course: 'x', statement: idOf(1) },
      kind: 'revoked',
      from: '2025-08-01',
      authority: 'a',
      reason: 'b',
    } as const;
    const record = aRecord(held.statements, { withdrawn: [{ revision: 3000, data }] });
    const catalogue = aCatalogue([aCourse('x'), aCourse('y')], [aDecision('x', 'y')]);
    for (const { until } of recognitions(record, catalogue, '2025-06-01')) {
      expect(until).toEqual({ day: '2025-07-31', because: 'revoked' });
    }
    expect(countsFor(record, catalogue, '2025-08-01')).toEqual([]);
  });
});
