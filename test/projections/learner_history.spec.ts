import { describe, expect, it } from 'vitest';
import { projectHistory } from '../../projections/learner_history.ts';
import { accountKey } from '../../src/xapi/identifiers.ts';
import { eventOf, RECORDED, type Told } from './given.ts';

const historyOf = (more: object, told: Partial<Told> = {}) => projectHistory(eventOf({ id: 'a', ...told, more }, 7));
// printf %s mailto:learner-1@example.org | sha1sum
const LEARNER_1 = 'sha1sum:69d2ae00473c9fa573a324e6fa043bdb7d77ea59';
const ENTRY = {
  at: `${RECORDED + 7}`,
  revision: 7,
  verb: 'http://example.org/did',
  activity: 'http://example.org/task',
};

describe("when a statement comes, it is in the history of its actor's account", () => {
  it.each([
    ['an address, by its SHA-1', { mbox: 'mailto:learner-1@EXAMPLE.org' }, LEARNER_1],
    ['a hash of one, in lower case', { mbox_sha1sum: 'A'.repeat(40) }, `sha1sum:${'a'.repeat(40)}`],
    ['an OpenID', { openid: 'http://example.org/me' }, 'openid:http://example.org/me'],
    ['an account', { account: { homePage: 'http://lms.example.org', name: '7' } }, 'account:http://lms.example.org|7'],
  ])('%s', (_what, actor, account) => {
    expect(historyOf({ actor })).toEqual([{ ...ENTRY, account }]);
  });

  it('at the time that it names, in microseconds', () => {
    expect(historyOf({ timestamp: '2026-01-31T23:59:59.123456789+01:00' })[0]!.at).toBe('1769900399123456');
    expect(historyOf({ timestamp: '1969-12-31T23:59:59.999999Z' })[0]!.at).toBe('-1');
  });

  it('at the time of the append, when it names none', () => {
    expect(historyOf({})[0]!.at).toBe(`${RECORDED + 7}`);
  });

  it('without an activity, when its object is none', () => {
    expect(historyOf({}, { about: 'b' })).toEqual([expect.objectContaining({ activity: null })]);
    expect(historyOf({ object: { objectType: 'Agent', mbox: 'mailto:learner-2@example.org' } })).toEqual([
      expect.objectContaining({ account: LEARNER_1, activity: null }),
    ]);
  });
});

describe('when a group has acted', () => {
  const member = [{ mbox: 'mailto:learner-1@example.org' }, { mbox: 'mailto:learner-2@example.org' }];

  it('the statement is in the histories of its members', () => {
    expect(historyOf({ actor: { objectType: 'Group', member } }).map(({ account }) => account)).toEqual([
      LEARNER_1,
      accountKey('mailto:learner-2@example.org'),
    ]);
  });

  it('and in that of the group, when it has an identifier', () => {
    const actor = { objectType: 'Group', mbox: 'mailto:team@example.org', member };
    expect(historyOf({ actor })).toHaveLength(3);
  });

  it('once for a member who is named twice', () => {
    expect(historyOf({ actor: { objectType: 'Group', member: [member[0], member[0]] } })).toHaveLength(1);
  });
});

it('an instructor, a team or an authority has done nothing', () => {
  const context = { instructor: { mbox: 'mailto:learner-2@example.org' } };
  expect(historyOf({ context }).map(({ account }) => account)).toEqual([LEARNER_1]);
});

it('a voiding is an act like any other: it stands in the history of its actor', () => {
  expect(historyOf({}, { voids: 'b' })).toEqual([
    expect.objectContaining({ verb: 'http://adlnet.gov/expapi/verbs/voided', activity: null }),
  ]);
});
