import { describe, expect, it } from 'vitest';
import { type DeclaredRow, inForceOn, latestOf, requirementsIn, waiversIn } from '../../src/queries/declared_query.ts';

const row = (kind: DeclaredRow['kind'], id: string, revision: number, data: object): DeclaredRow => ({
  kind,
  id,
  revision,
  data: JSON.stringify(data),
});
const terms = (revision: number, from: string, more: object = {}, id = 'R') =>
  row('requirement', id, revision, { requirement: id, from, ...more });
const withdrawn = (revision: number, from: string) =>
  row('requirement-withdrawn', 'R', revision, { requirement: 'R', from, reason: 'r' });

describe('the terms of a requirement', () => {
  const daysOf = (...rows: DeclaredRow[]) =>
    requirementsIn(rows).map(({ revision, version, inForce, withdrawn }) => [
      revision,
      version,
      inForce && `${inForce.from} ${inForce.to}`,
      ...(withdrawn ? [withdrawn.revision] : []),
    ]);

  it('hold until those of a later day do, whichever were declared first', () => {
    expect(daysOf(terms(1, '2024-01-01'), terms(2, '2020-01-01'))).toEqual([
      [1, 1, '2024-01-01 null'],
      [2, 2, '2020-01-01 2023-12-31'],
    ]);
  });

  it('end on their last day, also when none follow', () => {
    const rows = [terms(1, '2020-01-01', { to: '2021-12-31' }), terms(2, '2024-01-01', { to: '2030-12-31' })];
    expect(daysOf(...rows)).toEqual([
      [1, 1, '2020-01-01 2021-12-31'],
      [2, 2, '2024-01-01 2030-12-31'],
    ]);
    expect(inForceOn(requirementsIn(rows), '2021-12-31', undefined)).toHaveLength(1);
    expect(inForceOn(requirementsIn(rows), '2022-01-01', undefined)).toEqual([]);
  });

  it('take the place of those of the same day', () => {
    expect(daysOf(terms(1, '2020-01-01'), terms(2, '2020-01-01'))).toEqual([
      [1, 1, null],
      [2, 2, '2020-01-01 null'],
    ]);
  });

  it('that are withdrawn are as if they had not been, until they are declared again', () => {
    const rows = [terms(1, '2020-01-01'), terms(2, '2024-01-01'), withdrawn(3, '2024-01-01')];
    expect(daysOf(...rows)).toEqual([
      [1, 1, '2020-01-01 null'],
      [2, 2, null, 3],
    ]);
    expect(daysOf(...rows, terms(4, '2024-01-01'))).toEqual([
      [1, 1, '2020-01-01 2023-12-31'],
      [2, 2, null],
      [4, 3, '2024-01-01 null'],
    ]);
  });

  it('of an agency are its own and those of all', () => {
    const rows = [
      terms(1, '2020-01-01', { agency: 'agency-b' }, 'B'),
      terms(2, '2020-01-01', { agency: 'agency-a' }, 'A'),
      terms(3, '2020-01-01', {}, 'ALL'),
    ];
    const ids = (agency?: string) =>
      inForceOn(requirementsIn(rows), '2020-01-01', agency).map(({ requirement }) => requirement);
    expect(ids()).toEqual(['A', 'ALL', 'B']);
    expect(ids('agency-a')).toEqual(['A', 'ALL']);
    expect(inForceOn(requirementsIn(rows), '2019-12-31', undefined)).toEqual([]);
  });
});

describe('waivers', () => {
  const rows = [
    row('waiver', 'B', 1, { waiver: 'B', requirements: ['R'], from: '2024-02-01', to: '2024-02-29' }),
    row('waiver', 'A', 2, { waiver: 'A', requirements: ['Q', 'R'], agency: 'agency-a', from: '2024-01-01' }),
    row('waiver', 'A', 3, { waiver: 'A', requirements: ['Q'], agency: 'agency-a', from: '2024-01-01' }),
    row('waiver', 'C', 4, { waiver: 'C', requirements: ['R'], agency: 'agency-b', from: '2024-01-01' }),
    row('waiver-withdrawn', 'C', 5, { waiver: 'C', reason: 'r' }),
  ];
  const shown = (filter: Parameters<typeof waiversIn>[1], asOf: string) =>
    waiversIn(rows, filter, asOf).map(({ waiver, version, status }) => `${waiver} ${version} ${status}`);

  it('have the last version, and stand as they do on the day', () => {
    expect(shown({}, '2024-01-31')).toEqual(['A 2 applies', 'B 1 not-yet', 'C 1 withdrawn']);
    expect(shown({}, '2024-02-29')).toEqual(['A 2 applies', 'B 1 applies', 'C 1 withdrawn']);
    expect(shown({}, '2024-03-01')).toEqual(['A 2 applies', 'B 1 ended', 'C 1 withdrawn']);
    expect(waiversIn(rows, { waiver: 'C' }, '2024-01-01')[0]!.withdrawn).toEqual({ revision: 5, reason: 'r' });
  });

  it('are those that are asked for', () => {
    expect(shown({ agency: 'agency-a' }, '2024-02-01')).toEqual(['A 2 applies', 'B 1 applies']);
    expect(shown({ requirement: 'R' }, '2024-02-01')).toEqual(['B 1 applies', 'C 1 withdrawn']);
    expect(shown({ status: 'withdrawn' }, '2024-02-01')).toEqual(['C 1 withdrawn']);
    expect(shown({ waiver: 'B' }, '2024-02-01')).toEqual(['B 1 applies']);
  });
});

it('of each the latest is told, with how many there were, in order of the ids', () => {
  const rows = [
    row('ladder', 'b', 1, { ranks: ['1'] }),
    row('ladder', 'a', 2, { ranks: ['2'] }),
    row('ladder', 'b', 3, { ranks: ['3'] }),
  ];
  expect(latestOf(rows)).toEqual([
    { revision: 2, version: 1, data: { ranks: ['2'] } },
    { revision: 3, version: 2, data: { ranks: ['3'] } },
  ]);
});
