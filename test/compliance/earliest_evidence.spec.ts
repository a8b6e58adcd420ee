import { describe, expect, it } from 'vitest';
import { earliestFirst } from '../../src/compliance/earliest_evidence.ts';
import type { Certificate } from '../../src/learning/model.ts';
import { aCatalogue, aCourse, aRecord, certificates, passed, recorded } from '../learning/given.ts';

const catalogue = aCatalogue(['first', 'second'].map((one) => aCourse(one)));

/** The courses of what was completed, the earliest evidence first. */
const coursesOf = (...record: Parameters<typeof aRecord>) =>
  certificates(aRecord(...record), catalogue)
    .toSorted(earliestFirst)
    .map(({ course }: Certificate) => course);

describe('of several pieces of evidence the earliest', () => {
  it('is that of the earlier day', () => {
    expect(coursesOf([passed('first', '2024-03-02'), passed('second', '2024-03-01', { number: 2 })])).toEqual([
      'second',
      'first',
    ]);
  });

  it('is, on one day, that of the earlier time, whatever the names and ids, and in whichever zone it is written', () => {
    const noon = passed('first', '2024-03-01T12:00:00Z', { number: 1 });
    const earlier = passed('second', '2024-03-01T13:30:00+02:00', { number: 2 });
    expect(coursesOf([noon, earlier])).toEqual(['second', 'first']);
    expect(coursesOf([earlier, noon])).toEqual(['second', 'first']);
  });

  it('is, at one time, that of the lower id', () => {
    const [one, two] = [passed('first', '2024-03-01', { number: 2 }), passed('second', '2024-03-01', { number: 1 })];
    expect(coursesOf([one, two])).toEqual(['second', 'first']);
    expect(coursesOf([two, one])).toEqual(['second', 'first']);
  });

  it('is, on one day, what was earned, then what was recorded, in the order of recording', () => {
    const late = passed('second', '2024-03-01T23:59:00Z');
    expect(coursesOf([late], { recorded: [recorded('first', '2024-03-01')] })).toEqual(['second', 'first']);
    const ten = recorded('first', '2024-03-01', 'verified', { revision: 1000 });
    const nine = recorded('second', '2024-03-01', 'verified', { revision: 900 });
    expect(coursesOf([], { recorded: [ten, nine] })).toEqual(['second', 'first']);
  });
});
