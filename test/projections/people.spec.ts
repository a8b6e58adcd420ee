import { describe, expect, it } from 'vitest';
import {
  projectAccountClaimed,
  projectAccountLinked,
  projectAccountUnlinked,
  projectClaimRefused,
  projectFactsRecorded,
  projectPersonsMerged,
  projectPersonsUnmerged,
  subjectRow,
} from '../../projections/people.ts';

const event = { recorded: 1, credential: 'editor' };
const account = 'account:https://hub.example.org|learner-1';

describe('when facts are recorded', () => {
  it('each stands there with its subject, its days and its revision, in the order of the event', () => {
    const assignment = { person: 'P-1', agency: 'agency-a' };
    const facts = [
      { ...assignment, name: 'assigned', value: true, from: '2020-01-01' },
      { ...assignment, name: 'deployment', key: 'M-1', value: ['a', 'b'], from: '2021-01-01', to: '2021-06-30' },
    ];
    const subject = { person: 'P-1', agency: 'agency-a', place: '', revision: 7 };
    expect(projectFactsRecorded({ ...event, revision: 7, data: { facts } })).toEqual([
      {
        table: 'facts',
        put: { ...subject, name: 'assigned', key: '', ordinal: 0, from_day: '2020-01-01', to_day: null, value: 'true' },
      },
      {
        table: 'facts',
        put: {
          ...subject,
          name: 'deployment',
          key: 'M-1',
          ordinal: 1,
          from_day: '2021-01-01',
          to_day: '2021-06-30',
          value: '["a","b"]',
        },
      },
    ]);
  });

  it('what is taken back is a fact like any other', () => {
    const facts = [{ place: 'station-1', name: 'requires', key: 'safety', value: null, from: '2020-01-01' }];
    expect(projectFactsRecorded({ ...event, revision: 8, data: { facts } })).toMatchObject([
      { table: 'facts', put: { person: '', agency: '', place: 'station-1', value: 'null' } },
    ]);
  });

  it('a subject has columns of its own: no place is a person', () => {
    expect(subjectRow({ place: 'X' })).toEqual({ person: '', agency: '', place: 'X' });
    expect(subjectRow({ person: 'X', agency: 'Y' })).toEqual({ person: 'X', agency: 'Y', place: '' });
  });
});

describe('an account', () => {
  it('when it is linked, the link stands under the revision of its event', () => {
    const data = { account, person: 'P-1', basis: 'seen' };
    expect(projectAccountLinked({ ...event, revision: 4, data })).toEqual([
      { table: 'links', put: { revision: 4, account, written: null, person: 'P-1', claim: null, withdrawn: null } },
    ]);
  });

  it('when the link is withdrawn, it stays, and says since when', () => {
    expect(projectAccountUnlinked({ ...event, revision: 9, data: { link: 4 } })).toEqual([
      { table: 'links', update: { withdrawn: 9 }, where: { revision: 4 } },
    ]);
  });

  it('keeps how it was written, where the event says that', () => {
    const data = { account, written: 'mailto:learner-1@example.org', person: 'P-1' };
    for (const project of [projectAccountLinked, projectAccountClaimed]) {
      expect(project({ ...event, revision: 5, data })).toMatchObject([{ put: { written: data.written } }]);
    }
  });

  it('when it is claimed, the claim is open, with what was shown', () => {
    const row = { revision: 5, account, written: null, person: 'P-1', refused: null };
    const data = { account, person: 'P-1' };
    expect(projectAccountClaimed({ ...event, revision: 5, data })).toEqual([
      { table: 'claims', put: { ...row, proof: null } },
    ]);
    const proof = { kind: 'letter', value: '7' };
    expect(projectAccountClaimed({ ...event, revision: 5, data: { ...data, proof } })).toEqual([
      { table: 'claims', put: { ...row, proof: '{"kind":"letter","value":"7"}' } },
    ]);
  });

  it('when it is linked by its claim, the link says so', () => {
    const data = { account, person: 'P-1', claim: 5 };
    expect(projectAccountLinked({ ...event, revision: 6, data })).toEqual([
      { table: 'links', put: { revision: 6, account, written: null, person: 'P-1', claim: 5, withdrawn: null } },
    ]);
  });

  it('when its claim is refused, nothing is linked', () => {
    expect(projectClaimRefused({ ...event, revision: 6, data: { claim: 5, reason: 'no' } })).toEqual([
      { table: 'claims', update: { refused: 6 }, where: { revision: 5 } },
    ]);
  });
});

describe('two persons', () => {
  it('when they are merged, each is found from the other', () => {
    expect(projectPersonsMerged({ ...event, revision: 3, data: { persons: ['P-1', 'P-2'] } })).toEqual([
      { table: 'merges', put: { person: 'P-1', revision: 3, other: 'P-2', undone: null } },
      { table: 'merges', put: { person: 'P-2', revision: 3, other: 'P-1', undone: null } },
    ]);
  });

  it('when that is undone, both rows say since when', () => {
    expect(projectPersonsUnmerged({ ...event, revision: 8, data: { merge: 3 } })).toEqual([
      { table: 'merges', update: { undone: 8 }, where: { revision: 3 } },
    ]);
  });
});
