import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certificatesOf } from '../../src/learning/certificates.ts';
import { recognise } from '../../src/learning/recognition.ts';
import {
  aCatalogue,
  aCourse,
  aDecision,
  aRecord,
  certificates,
  countsFor,
  idOf,
  passed,
  recognitions,
  recorded,
} from './given.ts';

const bsafe = { course: 'bsafe', from: '2019-06-01' };
const PROGRAMME = aCatalogue(
  [
    aCourse('bsitf-2', { replacedBy: bsafe }),
    aCourse('asitf', { replacedBy: bsafe }),
    aCourse('bsafe'),
    aCourse('lms-2234', { to: '2018-12-31' }),
    aCourse('human-rights'),
    aCourse('psea-1', { replacedBy: { course: 'psea-2', from: '2023-02-01' } }),
    aCourse('psea-2'),
    aCourse('psea-managers'),
    aCourse('own', { agency: 'agency-a' }),
  ],
  [
    aDecision('lms-2234', 'human-rights', { from: '2018-01-01' }),
    aDecision('psea-managers', 'psea-2', { from: '2023-02-01' }),
    aDecision('own', 'human-rights', { agency: 'agency-b', from: '2025-01-01' }),
  ],
);

describe('mandatory learning', () => {
  it('1: Advanced Security of May 2019 does not count for bsafe in 2024, for it was replaced from June 2019', () => {
    const record = aRecord([passed('asitf', '2019-05-14')]);
    expect(recognitions(record, PROGRAMME, '2024-03-01').find(({ course }) => course === 'bsafe')).toMatchObject({
      counts: false,
      failed: [{ condition: 'replaced', required: bsafe, found: { course: 'asitf', completed: '2019-05-14' } }],
    });
    expect(countsFor(record, PROGRAMME, '2024-03-01')).toEqual([]);
  });

  it('2: LMS-2234 passed in 2015 counts for human-rights, by the decision that is named', () => {
    const record = aRecord([passed('lms-2234', '2015-09-01')]);
    const found = recognitions(record, PROGRAMME, '2025-03-01').find(({ course }) => course === 'human-rights');
    expect(found).toMatchObject({ counts: true, decisions: [{ decision: 'lms-2234-human-rights', version: 1 }] });
  });

  it('3: PSEA 1 of 15 January 2023 counts on 31 January and not on 1 February', () => {
    const record = aRecord([passed('psea-1', '2023-01-15')]);
    expect(countsFor(record, PROGRAMME, '2023-01-31')).toEqual(['psea-1']);
    expect(countsFor(record, PROGRAMME, '2023-02-01')).toEqual([]);
  });

  it("4: the managers' PSEA counts for that of all staff, not the other way round", () => {
    expect(countsFor(aRecord([passed('psea-managers', '2024-01-15')]), PROGRAMME, '2025-01-01')).toEqual([
      'psea-2',
      'psea-managers',
    ]);
    expect(countsFor(aRecord([passed('psea-2', '2024-01-15')]), PROGRAMME, '2025-01-01')).toEqual(['psea-2']);
  });

  it("9: another agency's own course counts at home, elsewhere for what that agency decides, or for nothing", () => {
    const record = aRecord([passed('own', '2024-01-15')]);
    expect(countsFor(record, PROGRAMME, '2025-06-01', 'agency-a')).toEqual(['own']);
    expect(countsFor(record, PROGRAMME, '2025-06-01', 'agency-b')).toEqual(['human-rights']);
    expect(countsFor(record, PROGRAMME, '2025-06-01', 'agency-c')).toEqual([]);
    expect(
      recognitions(record, PROGRAMME, '2024-12-31', 'agency-b').map(({ course, failed }) => [
        course,
        failed[0]?.condition,
      ]),
    ).toEqual([
      ['own', 'agency'],
      ['human-rights', 'decision-begins'],
    ]);
  });
});

describe('any decisions', () => {
  const NAMES = ['a', 'b', 'c', 'd'];
  const name = fc.constantFrom(...NAMES);
  const day = fc.integer({ min: 1, max: 9 }).map((number) => `2025-05-0${number}`);
  const source = fc.record(
    { course: name, maxAge: fc.constantFrom('P1D', 'P3D'), completedFrom: day },
    { requiredKeys: ['course'] },
  );
  const policy = fc.record({
    effect: fc.constantFrom('counts' as const, 'counts' as const, 'does-not-count' as const),
    sources: fc.array(source, { minLength: 1, maxLength: 2 }),
    target: name,
    transitive: fc.boolean(),
    mutual: fc.boolean(),
    from: day,
    to: fc.option(day, { nil: undefined }),
    revoked: fc.option(fc.record({ from: day, keep: fc.boolean() }), { nil: undefined }),
  });
  const catalogue = fc.array(policy, { maxLength: 6 }).map((all) =>
    aCatalogue(
      NAMES.map((course, i) =>
        aCourse(course, i === 1 ? { replacedBy: { course: 'c', from: '2025-05-06' }, validity: 'P4D' } : {}),
      ),
      all.map(({ revoked, to, ...changes }, i) =>
        aDecision('', changes.target, { ...changes, decision: `d${i}`, ...(to !== undefined && { to }) }, revoked),
      ),
    ),
  );
  const said = fc
    .array(fc.tuple(name, day), { maxLength: 6 })
    .map((all) => all.map(([course, on], number) => passed(course, on, { number })));

  it('give the same answer in whatever order statements are, and certificates', () => {
    fc.assert(
      fc.property(catalogue, said, day, (compiled, statements, asOf) => {
        const asked = { asOf, agency: null };
        const answer = recognise(certificatesOf(aRecord(statements), compiled, { asOf, zone: 'UTC' }), compiled, asked);
        const other = certificatesOf(aRecord(statements.toReversed()), compiled, { asOf, zone: 'UTC' });
        expect(recognise(other, compiled, asked)).toEqual(answer);
      }),
    );
  });

  it('end when they say: what counts until a day counts on that day, and not for that reason on the next', () => {
    fc.assert(
      fc.property(catalogue, said, day, (compiled, statements, asOf) => {
        const held = statements.filter(({ statement }) => statement.timestamp!.slice(0, 10) <= asOf);
        for (const { certificate, recognitions: found } of recognise(
          certificates(aRecord(held), compiled, asOf),
          compiled,
          { asOf, agency: null },
        )) {
          for (const { course, counts, until } of found) {
            if (!counts || until === null) continue;
            const on = recognise(certificates(aRecord(held), compiled, until.day), compiled, {
              asOf: until.day,
              agency: null,
            });
            const then = on.find((one) => one.certificate.id === certificate.id)?.recognitions;
            expect(then?.some((one) => one.course === course && one.counts)).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never count twice for one course, nor count and not count', () => {
    fc.assert(
      fc.property(catalogue, said, day, (compiled, statements, asOf) => {
        for (const { counts, recognitions: found } of recognise(
          certificates(aRecord(statements), compiled, asOf),
          compiled,
          { asOf, agency: null },
        )) {
          expect(counts).toBe(found.some((one) => one.counts));
          for (const one of found.filter((each) => each.counts)) {
            expect(one.failed).toEqual([]);
            expect(found.filter(({ course }) => course === one.course)).toEqual([one]);
          }
        }
      }),
    );
  });
});

describe('a pending certificate', () => {
  it('lets nothing else count together with it', () => {
    const catalogue = aCatalogue(
      [aCourse('x'), aCourse('y'), aCourse('z')],
      [aDecision('x', 'z', { sources: [{ course: 'x' }, { course: 'y' }] })],
    );
    const with_ = (became: 'pending' | 'verified') =>
      aRecord([passed('x', '2025-05-10')], { recorded: [recorded('y', '2025-05-11', became)] });
    expect(countsFor(with_('pending'), catalogue, '2025-06-01')).toEqual(['x']);
    expect(countsFor(with_('verified'), catalogue, '2025-06-01')).toEqual(['x', 'y', 'z', 'z']);
    expect(certificates(with_('verified'), catalogue)[1]?.id).toBe(`earned:x:${idOf(1)}`);
  });
});
