import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CertificateWithdrawn } from '../../src/events/learning_types.ts';
import { aCatalogue, aCourse, aRecord, certificates, idOf, passed, recorded } from './given.ts';

const course = aCatalogue([aCourse('course')]);
const yearly = aCatalogue([aCourse('course', { validity: 'P1Y' })]);

function withdrawal(changes: Partial<CertificateWithdrawn>, revision = 3000) {
  const certificate = { course: 'course', statement: idOf(1) };
  const data = {
    certificate,
    kind: 'revoked',
    from: '2025-06-01',
    authority: 'Board',
    reason: 'fraud',
    ...changes,
  } as const;
  return { revision, data };
}

describe('a completion', () => {
  it('is one per course and day, whatever the number of platforms; the earliest statement names it', () => {
    const record = aRecord([
      passed('course', '2025-05-10T15:00:00Z', { number: 1, platform: 'campus', result: { score: { scaled: 0.9 } } }),
      passed('course', '2025-05-10T09:00:00Z', { number: 3, result: { score: { scaled: 0.7 } } }),
      passed('course', '2025-05-10T09:00:00Z', { number: 2 }),
    ]);
    const [certificate, ...more] = certificates(record, course);
    expect(more).toEqual([]);
    expect(certificate).toMatchObject({
      id: `earned:course:${idOf(2)}`,
      completed: '2025-05-10',
      state: 'valid',
      scaled: 0.9,
    });
    expect(certificate?.evidence.map(({ revision }) => revision)).toEqual([1002, 1003, 1001]);
  });

  it('is of the day in the zone', () => {
    const record = aRecord([
      passed('course', '2025-05-10T22:00:00Z', { number: 1 }),
      passed('course', '2025-05-11T20:00:00Z', { number: 2 }),
    ]);
    const days = (zone: string) => certificates(record, course, '2030-01-01', zone).map(({ completed }) => completed);
    expect(days('UTC')).toEqual(['2025-05-11', '2025-05-10']);
    expect(days('Africa/Nairobi')).toEqual(['2025-05-11']);
  });

  it('is not seen before its day', () => {
    const record = aRecord([passed('course', '2025-05-10')], {
      recorded: [recorded('course', '2025-05-10', 'pending')],
    });
    expect(certificates(record, course, '2025-05-09')).toEqual([]);
    expect(certificates(record, course, '2025-05-10')).toHaveLength(2);
  });

  it('comes after later ones, and in order of the course', () => {
    const record = aRecord([
      passed('b', '2025-01-10', { number: 1 }),
      passed('a', '2025-01-10', { number: 2 }),
      passed('b', '2025-01-11', { number: 3 }),
    ]);
    const catalogue = aCatalogue([aCourse('a'), aCourse('b')]);
    expect(certificates(record, catalogue).map((one) => [one.course, one.completed])).toEqual([
      ['b', '2025-01-11'],
      ['a', '2025-01-10'],
      ['b', '2025-01-10'],
    ]);
  });

  it('recorded for the same day stands in the order of recording', () => {
    const pending = [10, 9].map((revision) => recorded('course', '2025-01-10', 'pending', { revision }));
    const ids = certificates(aRecord([], { recorded: pending }), course).map(({ id }) => id);
    expect(ids).toEqual(['recorded:9', 'recorded:10']);
  });

  it('counts by a rule that is newer than the statement', () => {
    const said = passed('course', '2025-05-10', { verb: { id: 'urn:read' } });
    const rule = { platforms: ['hub'], verbs: ['urn:read'], activities: ['https://example.org/courses/course'] };
    expect(certificates(aRecord([said]), course)).toEqual([]);
    expect(certificates(aRecord([said]), aCatalogue([aCourse('course', { completion: [rule] })]))).toHaveLength(1);
  });

  it('has the version of its edition, else of its course', () => {
    const edition = { code: 'C-1', version: '1' };
    const completion = [{ ...aCourse('course').completion[0]!, edition: 'C-1' }];
    const record = aRecord([passed('course', '2025-05-10')]);
    const versionOf = (changes: object) =>
      certificates(record, aCatalogue([aCourse('course', { version: '2', ...changes })]))[0]?.version;
    expect(versionOf({})).toBe('2');
    expect(versionOf({ editions: [edition], completion })).toBe('1');
  });
});

describe('certificates that share a pass', () => {
  it('have names of their own: that of the statement that completed each', () => {
    const unit = { activity: 'https://example.org/courses/course', moveOn: 'CompletedAndPassed' as const };
    const catalogue = aCatalogue([aCourse('course', { completion: [{ platforms: ['hub'], cmi5: { unit } }] })]);
    const context = { registration: idOf(77) };
    const verb = { id: 'http://adlnet.gov/expapi/verbs/completed' };
    const record = aRecord([
      passed('course', '2025-05-10', { number: 1, context }),
      passed('course', '2025-05-12', { number: 2, context, verb }),
      passed('course', '2025-05-14', { number: 3, context, verb }),
    ]);
    const found = certificates(record, catalogue);
    expect(found.map(({ id }) => id)).toEqual([`earned:course:${idOf(3)}`, `earned:course:${idOf(2)}`]);
    for (const { evidence } of found) expect(evidence[0]?.revision).toBe(1001);
  });
});

describe('a recorded certificate', () => {
  it.each([
    ['pending', 2000],
    ['refused', 2001],
  ] as const)('stands alone while it is %s', (state, revision) => {
    const record = aRecord([passed('course', '2025-05-10')], { recorded: [recorded('course', '2025-05-10', state)] });
    const found = certificates(record, course, '2025-06-01');
    expect(found.map(({ id }) => id)).toEqual([`earned:course:${idOf(1)}`, 'recorded:2000']);
    expect(found[1]).toMatchObject({ state, stateSince: { day: '2025-05-10', revision } });
    expect(found[1]?.until).toBeUndefined();
  });

  it('counts from its completion day once it is verified, with who verified it', () => {
    const verified = recorded('course', '2025-05-10', 'verified', {
      number: 'N 7',
      issued: '2025-05-20',
      edition: 'C-1',
    });
    expect(certificates(aRecord([], { recorded: [verified] }), course, '2025-05-15')).toEqual([
      {
        id: 'recorded:2000',
        course: 'course',
        editions: ['C-1'],
        completed: '2025-05-10',
        issued: '2025-05-20',
        state: 'valid',
        evidence: [
          {
            kind: 'recorded',
            revision: 2000,
            issuer: 'Institute',
            number: 'N 7',
            verifiedBy: { authority: 'Records office', revision: 2001 },
            documents: [],
          },
        ],
      },
    ]);
  });

  it('is one with what was earned on its day once it is verified', () => {
    const record = aRecord([passed('course', '2025-05-10')], {
      recorded: [recorded('course', '2025-05-10', 'verified', { issued: '2025-05-20' })],
    });
    const [certificate, ...more] = certificates(record, course);
    expect(more).toEqual([]);
    expect(certificate).toMatchObject({ id: `earned:course:${idOf(1)}`, issued: '2025-05-20' });
    expect(certificate?.evidence.map(({ kind }) => kind)).toEqual(['statement', 'recorded']);
  });

  it('is what the later of verification and refusal says', () => {
    const { verified } = recorded('course', '2025-05-10', 'verified', { revision: 2010 });
    const refused = recorded('course', '2025-05-10', 'refused', { revision: 2000 });
    const states = [
      { ...refused, verified },
      { ...refused, verified: { ...verified!, revision: 1 } },
    ].map((one) => certificates(aRecord([], { recorded: [one] }), course)[0]?.state);
    expect(states).toEqual(['valid', 'refused']);
  });
});

describe('validity', () => {
  const stateOn = (record: Parameters<typeof certificates>[0], catalogue: typeof course, asOf: string) =>
    certificates(record, catalogue, asOf)[0];

  it("lasts through the day that is the course's period after the completion", () => {
    const record = aRecord([passed('course', '2024-02-29')]);
    expect(stateOn(record, yearly, '2025-02-28')).toMatchObject({
      state: 'valid',
      expires: '2025-02-28',
      until: { day: '2025-02-28', because: 'expiry' },
    });
    expect(stateOn(record, yearly, '2025-03-01')).toMatchObject({
      state: 'expired',
      stateSince: { day: '2025-03-01' },
    });
  });

  it('lasts as long as a recorded certificate says', () => {
    const record = aRecord([], { recorded: [recorded('course', '2025-05-10', 'verified', { expires: '2025-12-31' })] });
    expect(stateOn(record, yearly, '2025-12-31')?.state).toBe('valid');
    expect(stateOn(record, yearly, '2026-01-01')?.state).toBe('expired');
  });

  it('lasts as long as the best evidence of one day', () => {
    const statements = [passed('course', '2025-05-10')];
    const short = recorded('course', '2025-05-10', 'verified', { expires: '2025-12-31' });
    const long = recorded('course', '2025-05-10', 'verified', { expires: '2027-12-31' });
    expect(stateOn(aRecord(statements, { recorded: [short] }), yearly, '2025-06-01')?.expires).toBe('2026-05-10');
    expect(stateOn(aRecord(statements, { recorded: [long] }), yearly, '2025-06-01')?.expires).toBe('2027-12-31');
    expect(stateOn(aRecord(statements, { recorded: [short] }), course, '2025-06-01')?.expires).toBeUndefined();
  });
});

describe('a withdrawal', () => {
  const statements = [
    passed('course', '2025-05-10T08:00:00Z', { number: 2 }),
    passed('course', '2025-05-10', { number: 1, platform: 'campus' }),
  ];
  const on = (asOf: string, ...withdrawn: ReturnType<typeof withdrawal>[]) =>
    certificates(aRecord(statements, { withdrawn, recorded: [recorded('course', '2025-05-10')] }), yearly, asOf)[0];

  it('revokes from a day on, for good; before, it is foreseen', () => {
    expect(on('2025-05-31', withdrawal({}))).toMatchObject({
      state: 'valid',
      until: { day: '2025-05-31', because: 'revoked' },
    });
    expect(on('2025-06-01', withdrawal({}))).toMatchObject({
      state: 'revoked',
      stateSince: { day: '2025-06-01', revision: 3000, reason: 'fraud', authority: 'Board' },
    });
    expect(on('2027-01-01', withdrawal({}))?.state).toBe('revoked');
  });

  it('on the last day of validity ends it the day before; later it ends nothing', () => {
    const untilOf = (from: string) => on('2025-06-01', withdrawal({ from }))?.until;
    expect(untilOf('2026-05-10')).toEqual({ day: '2026-05-09', because: 'revoked' });
    expect(untilOf('2026-05-11')).toEqual({ day: '2026-05-10', because: 'expiry' });
  });

  it('suspends to a day', () => {
    const suspended = withdrawal({ kind: 'suspended', to: '2025-06-30' });
    expect(['2025-05-31', '2025-06-01', '2025-06-30', '2025-07-01'].map((day) => on(day, suspended)?.state)).toEqual([
      'valid',
      'suspended',
      'suspended',
      'valid',
    ]);
    expect(on('2025-07-01', suspended)?.until).toEqual({ day: '2026-05-10', because: 'expiry' });
  });

  it('names the certificate by any of its evidence', () => {
    const names = [
      { course: 'course', statement: idOf(1) },
      { course: 'course', statement: idOf(2) },
      { recorded: 2000 },
    ];
    for (const certificate of names) expect(on('2025-06-01', withdrawal({ certificate }))?.state).toBe('revoked');
    for (const certificate of [{ course: 'other', statement: idOf(1) }, { recorded: 2009 }]) {
      expect(on('2025-06-01', withdrawal({ certificate }))?.state).toBe('valid');
    }
  });

  it('that revokes weighs more than one that suspends, and than expiry', () => {
    const suspended = withdrawal({ kind: 'suspended', from: '2025-05-20' }, 2999);
    expect(on('2025-06-01', suspended, withdrawal({}))?.state).toBe('revoked');
    expect(on('2025-05-25', suspended, withdrawal({}))?.state).toBe('suspended');
    expect(on('2027-01-01', withdrawal({}))?.state).toBe('revoked');
  });
});

describe('any record', () => {
  const said = fc.record({
    day: fc.integer({ min: 1, max: 9 }),
    hour: fc.integer({ min: 0, max: 3 }),
    platform: fc.constantFrom('hub', 'campus', 'blog'),
    course: fc.constantFrom('course', 'other'),
    scaled: fc.constantFrom(0.5, 1),
  });
  const statements = fc
    .array(said, { maxLength: 12 })
    .map((all) =>
      all.map(({ day, hour, platform, course, scaled }, number) =>
        passed(course, `2025-05-0${day}T0${hour}:00:00Z`, { number, platform, result: { score: { scaled } } }),
      ),
    );
  const catalogue = aCatalogue([aCourse('course', { validity: 'P5D' }), aCourse('other')]);

  it('gives the same certificates in whatever order it is', () => {
    const shuffled = statements.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([all, other]) => {
        expect(certificates(aRecord(other), catalogue, '2025-05-07')).toEqual(
          certificates(aRecord(all), catalogue, '2025-05-07'),
        );
      }),
    );
  });

  it('is seen on a day as if nothing later were in it', () => {
    fc.assert(
      fc.property(statements, fc.integer({ min: 1, max: 9 }), (all, day) => {
        const asOf = `2025-05-0${day}`;
        const before = all.filter(({ statement }) => statement.timestamp!.slice(0, 10) <= asOf);
        const found = certificates(aRecord(all), catalogue, asOf);
        expect(found).toEqual(certificates(aRecord(before), catalogue, asOf));
        expect(found.every(({ completed }) => completed <= asOf)).toBe(true);
      }),
    );
  });
});
