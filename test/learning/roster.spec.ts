import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRoster } from '../../src/learning/roster.ts';

const p1 = { person: 'p-1', agency: 'agency-a' };
const HEADER = 'person,agency,from,to';

/** The errors of a CSV text, each in one text. */
const errorsOf = (text: string) =>
  parseRoster(text).errors.map(({ line, column, rule }) => `${line} ${column}: ${rule}`);

describe('a roster as CSV', () => {
  it('gives one fact for each column that has a value, over the days of the line', () => {
    const text = `${HEADER},dutyStation,category,grade,jobNetwork,supervisor,roles,absence,entryOnDuty,appointment,deployment
p-1,agency-a,2020-01-01,2020-12-31,station-1,staff,P4,DEVNET,yes,panel| buyer|panel,leave,2019-12-01,2019-11-01,mission-a
`;
    const { facts, errors } = parseRoster(text);
    const on = { from: '2020-01-01', to: '2020-12-31' };
    expect(errors).toEqual([]);
    expect(facts).toEqual([
      { ...p1, name: 'assigned', value: true, ...on },
      { ...p1, name: 'dutyStation', value: 'station-1', ...on },
      { ...p1, name: 'category', value: 'staff', ...on },
      { ...p1, name: 'grade', value: 'P4', ...on },
      { ...p1, name: 'jobNetwork', value: 'DEVNET', ...on },
      { ...p1, name: 'supervisor', value: true, ...on },
      { ...p1, name: 'roles', value: ['buyer', 'panel'], ...on },
      { ...p1, name: 'absence', value: 'leave', ...on },
      { ...p1, name: 'entryOnDuty', value: '2019-12-01', ...on },
      { ...p1, name: 'appointment', value: '2019-11-01', ...on },
      { ...p1, name: 'deployment', key: 'mission-a', value: 'mission-a', ...on },
    ]);
  });

  it('says of a line without any other column that the person is assigned, and not where it says so', () => {
    expect(parseRoster(`${HEADER}\np-1,agency-a,2020-01-01,\n`).facts).toEqual([
      { ...p1, name: 'assigned', value: true, from: '2020-01-01' },
    ]);
    expect(parseRoster(`${HEADER},assigned,grade\np-1,agency-a,2020-01-01,,no,P3\n`).facts).toEqual([
      { ...p1, name: 'assigned', value: false, from: '2020-01-01' },
      { ...p1, name: 'grade', value: 'P3', from: '2020-01-01' },
    ]);
  });

  it('may have a byte order mark, semicolons, quotes, empty lines and line breaks of any kind', () => {
    const text = '\ufeffperson;agency;from;grade;dutyStation\r\n\r\n"p-1";agency-a; 2020-01-01;"P,3";"a ""b"""\r\n';
    const { facts, lines, errors } = parseRoster(text);
    expect(errors).toEqual([]);
    expect(facts.map(({ name, value }) => [name, value])).toEqual([
      ['assigned', true],
      ['dutyStation', 'a "b"'],
      ['grade', 'P,3'],
    ]);
    expect(lines).toEqual([3, 3, 3]);
  });

  it('names the column that an unknown one is nearest to, and those that are missing or come twice', () => {
    expect(errorsOf('person,agency,from,dutystation,person,shoeSizeInCentimetres\np-1,agency-a,x')).toEqual([
      '1 dutystation: there is no such column; did you mean dutyStation?',
      '1 person: a column comes once',
      '1 shoeSizeInCentimetres: there is no such column',
    ]);
    expect(errorsOf('agency\n')).toEqual(['1 person: the column is there', '1 from: the column is there']);
    expect(errorsOf('')).toHaveLength(3);
  });

  it('tells every error of every line', () => {
    const text = `${HEADER},supervisor,roles,entryOnDuty
,agency-a,2020-02-30,2020-01-01,perhaps,a||b,yesterday
p-1,agency-a,2020-01-02,2020-01-01,,,
p-1,agency-a,2020-01-02,2020-01-03,,
p 1,agency-a,2020-01-02,2020-01-03,,,
`;
    expect(errorsOf(text)).toEqual([
      '2 person: it must be given',
      '2 from: it is a day, YYYY-MM-DD',
      '2 supervisor: it is yes, no, true or false',
      '2 roles: none of its texts is empty',
      '2 entryOnDuty: it is a day, YYYY-MM-DD',
      '3 to: the last day is not before the first',
      '4 : it has 7 fields, as the header, not 6',
      expect.stringMatching(/^5 person: it is 1 to 128 letters/),
    ]);
  });

  it('is told where it is no CSV', () => {
    expect(parseRoster(`${HEADER}\np-1,"agency-a,2020-01-01,\n`).errors).toMatchObject([
      { column: '', rule: expect.stringMatching(/^it is CSV: /) },
    ]);
  });
});

describe('lines that contradict each other', () => {
  const roster = (...lines: string[]) => errorsOf(['person,agency,from,to,grade,deployment', ...lines].join('\n'));

  it('are an error of the later one', () => {
    expect(roster('p-1,agency-a,2021-01-01,,P4,', 'p-1,agency-a,2020-01-01,2021-01-01,P3,')).toEqual([
      '3 grade: it agrees with line 2, which says "P4" for some of these days',
    ]);
  });

  it('are none when they say the same, of other days, agencies, persons or keys', () => {
    const lines = [
      'p-1,agency-a,2020-01-01,2020-12-31,P3,mission-a',
      'p-1,agency-a,2020-06-01,2021-12-31,,mission-b',
      'p-1,agency-a,2021-01-01,2021-12-31,P4,',
      'p-1,agency-b,2020-01-01,,P5,',
      'p-2,agency-a,2020-01-01,,P5,',
    ];
    expect(roster(...lines)).toEqual([]);
  });

  it('are found wherever two facts share a day, and nowhere else', () => {
    const days = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })).map((both) => both.sort());
    const line = fc.record({ days, grade: fc.constantFrom('P3', 'P4') });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        const text = lines.map(({ days: [a, b], grade }) => `p-1,agency-a,2020-01-0${a},2020-01-0${b},${grade},`);
        const clash = lines.some((one) =>
          lines.some(
            (other) => one.grade !== other.grade && one.days[0]! <= other.days[1]! && other.days[0]! <= one.days[1]!,
          ),
        );
        expect(roster(...text).length > 0).toBe(clash);
      }),
    );
  });

  it('are one fact when they are equal', () => {
    const text = `${HEADER},grade\np-1,agency-a,2020-01-01,,P3\np-1,agency-a,2020-01-01,,P3\n`;
    expect(parseRoster(text)).toMatchObject({ facts: [{ name: 'assigned' }, { name: 'grade' }], lines: [2, 2] });
  });
});

describe('a roster as JSON', () => {
  const json = (...elements: unknown[]) => parseRoster(JSON.stringify(elements));

  it('has the same names with typed values, and takes back with null', () => {
    const row = { ...p1, from: '2020-01-01', supervisor: false, roles: ['b', 'a'], grade: null };
    expect(json(row).facts).toEqual([
      { ...p1, name: 'assigned', value: true, from: '2020-01-01' },
      { ...p1, name: 'grade', value: null, from: '2020-01-01' },
      { ...p1, name: 'supervisor', value: false, from: '2020-01-01' },
      { ...p1, name: 'roles', value: ['a', 'b'], from: '2020-01-01' },
    ]);
  });

  it('may hold facts as they are, of persons and of places', () => {
    const facts = [
      { place: 'station-1', name: 'requires', key: 'course-1', value: true, from: '2020-01-01', to: '2020-12-31' },
      { ...p1, name: 'ladderStep', value: 7, from: '2020-01-01' },
    ];
    expect(json(...facts)).toEqual({ unit: 'element', facts, lines: [1, 2], errors: [] });
  });

  it('tells every error by the number of the element', () => {
    const fact = { place: 'station-1', name: 'requires', value: true, from: '2020-01-01' };
    const { errors } = json(
      'p-1',
      { ...p1, from: '2020-01-01', supervisor: 'yes', roles: 'a', deployment: null, entryOnDuty: 7 },
      { ...p1, from: '2020-01-01', gade: 'P3' },
      { ...fact, ...p1 },
      { ...fact, name: '1', key: '', value: {}, from: 'x' },
      { ...fact, value: false },
      fact,
    );
    expect(errors.map(({ line, column, rule }) => `${line} ${column}: ${rule}`)).toEqual([
      '1 : it is an object',
      '2 supervisor: it is true or false',
      '2 roles: it is an array of texts',
      '2 entryOnDuty: it is a day, YYYY-MM-DD',
      '2 deployment: which of them is taken back is said by a fact with its key',
      '3 gade: there is no such member; did you mean grade?',
      '4 place: a fact is of a person in an agency, or of a place',
      '5 name: it is 1 to 64 letters, digits, hyphens and underscores, and begins with a letter',
      '5 key: it is a text of 1 to 256 characters',
      '5 value: it is a text, a number, true, false, an array of texts, or null',
      '5 from: it is a day, YYYY-MM-DD',
      '7 value: it agrees with element 6, which says false for some of these days',
    ]);
  });

  it('is told when it is none', () => {
    expect(parseRoster('[{]').errors).toMatchObject([
      { line: 1, column: '', rule: expect.stringMatching(/^it is JSON/) },
    ]);
  });
});
