import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeStatement } from '../../src/xapi/completion.ts';
import { sameStatement } from '../../src/xapi/equality.ts';
import type { Statement, SubStatement } from '../../src/xapi/statement.ts';
import { validateStatement } from '../../src/xapi/validation.ts';
import { XAPI_VERSIONS } from '../../src/xapi/version.ts';
import { arbitraryStatement } from './arbitrary_statement.ts';

const GIVEN = '00000000-0000-4000-8000-000000000001';
const SENT = 'AAAAAAAA-0000-4000-8000-000000000002';
const AUTHORITY = { account: { homePage: 'http://ledger.example.org', name: 'key-1' } };
const ACTIVITY = { id: 'http://activities.example.org/1' };
const BASE: Statement = {
  verb: { id: 'http://verbs.example.org/answered' },
  object: ACTIVITY,
  actor: { mbox: 'mailto:learner-1@example.org' },
};
const completed = (statement: Statement, version: '1.0.3' | '2.0.0' = '1.0.3') =>
  completeStatement(statement, { id: GIVEN, authority: AUTHORITY, version });

describe('completeStatement', () => {
  it('puts the id first, keeps the order of the rest, and ends with authority and version', () => {
    expect(Object.entries(completed(BASE))).toEqual([
      ['id', GIVEN],
      ...Object.entries(BASE),
      ['authority', AUTHORITY],
      ['version', '1.0.0'],
    ]);
    expect(completed(BASE, '2.0.0').version).toBe('2.0.0');
  });

  it('keeps a sent id and version as they were sent', () => {
    expect(completed({ ...BASE, id: SENT, version: '1.0' }, '2.0.0')).toMatchObject({ id: SENT, version: '1.0' });
  });

  it('replaces authority and drops stored, and leaves an absent timestamp absent', () => {
    const sent = { ...BASE, authority: { openid: 'http://openid.example.org/1' }, stored: '2011-01-01T00:00:00Z' };
    expect(completed(sent)).toEqual({ id: GIVEN, ...BASE, authority: AUTHORITY, version: '1.0.0' });
  });

  it('makes arrays of single context activities, also in a sub-statement', () => {
    const context = { platform: 'web', contextActivities: { parent: ACTIVITY, other: [ACTIVITY], grouping: [] } };
    const arrays = { platform: 'web', contextActivities: { parent: [ACTIVITY], other: [ACTIVITY], grouping: [] } };
    expect(completed({ ...BASE, context }).context).toEqual(arrays);
    const object: SubStatement = { objectType: 'SubStatement', ...BASE, object: ACTIVITY, context };
    expect(completed({ ...BASE, object }).object).toEqual({ ...object, context: arrays });
  });

  it('gives times that came as 2.0.0 in UTC, and leaves those of 1.0.3', () => {
    const timestamp = '2024-01-01T00:30:00.1200+01:00';
    const object: SubStatement = { objectType: 'SubStatement', ...BASE, object: ACTIVITY, timestamp };
    const sent = { ...BASE, timestamp, object };
    expect(completed(sent)).toMatchObject({ timestamp, object: { timestamp } });
    const utc = '2023-12-31T23:30:00.1200Z';
    expect(completed(sent, '2.0.0')).toMatchObject({ timestamp: utc, object: { timestamp: utc } });
  });

  it('gives a valid statement that is the same as what was sent, changes nothing that was given, and does it once', () => {
    fc.assert(
      fc.property(arbitraryStatement, fc.constantFrom(...XAPI_VERSIONS), (statement, version) => {
        const before = JSON.stringify(statement);
        const result = completed(statement, version);
        expect(JSON.stringify(statement)).toBe(before);
        expect(validateStatement(result, version, '')).toBeUndefined();
        expect(sameStatement(statement, result)).toBe(true);
        expect(JSON.stringify(completed(result, version))).toBe(JSON.stringify(result));
      }),
    );
  });
});
