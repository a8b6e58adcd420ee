import { beforeEach, describe, expect, it } from 'vitest';
import type { LearningAction } from '../../src/sequencer/command.ts';
import { agency, aSequencer, facts, link, MAILBOX, refused } from './given_learning.ts';

const { ask, given, types, dataFrom } = aSequencer();

const claim = (person: string): LearningAction => ({ type: 'account-claimed', data: { account: MAILBOX, person } });
const merge = (...persons: [string, string]): LearningAction => ({ type: 'persons-merged', data: { persons } });

describe('an account', () => {
  it('is linked to one person at a time; the other is not named', async () => {
    await given(link('P-1'));
    expect(await ask(link('P-1'))).toEqual({ revision: 0 });
    const outcome = await ask(link('P-2'));
    expect(outcome).toEqual(refused('conflict', { property: '/account' }));
    expect(JSON.stringify(outcome)).not.toContain('P-1');
    expect(await types()).toEqual(['account-linked']);
  });

  it('is free again when the link is withdrawn, which is done once', async () => {
    await given(link('P-1'));
    const withdrawal: LearningAction = { type: 'account-unlinked', data: { link: 0 } };
    expect(await ask(withdrawal)).toEqual({ revision: 1 });
    expect(await ask(withdrawal)).toEqual({ revision: 1 });
    expect(await ask(link('P-2'))).toEqual({ revision: 2 });
    expect(await ask({ type: 'account-unlinked', data: { link: 1 } })).toEqual(refused('not_found'));
  });

  it('of a merged person is linked to both', async () => {
    await given(link('P-1'), link('P-2', 'sha1sum:0'), merge('P-1', 'P-2'));
    expect(await ask(link('P-2'))).toEqual({ revision: 0 });
    await given({ type: 'persons-unmerged', data: { merge: 2 } });
    expect(await ask(link('P-2'))).toEqual(refused('conflict'));
  });
});

describe('a claim', () => {
  const confirmation: LearningAction = {
    type: 'account-linked',
    data: { account: MAILBOX, person: 'P-1', claim: 0 },
  };
  const refusal: LearningAction = { type: 'claim-refused', data: { claim: 0, reason: 'r' } };

  it('is open once for an account and a person', async () => {
    await given(claim('P-1'));
    expect(await ask(claim('P-1'))).toEqual({ revision: 0 });
    expect(await ask(claim('P-2'))).toEqual({ revision: 1 });
  });

  it.each([
    ['confirmed', confirmation],
    ['refused', refusal],
  ])('that is %s is settled', async (_how, settling) => {
    await given(claim('P-1'));
    expect(await ask(settling)).toEqual({ revision: 1 });
    expect(await ask(confirmation)).toEqual(refused('conflict'));
    expect(await ask(refusal)).toEqual(refused('conflict'));
    expect(await types()).toHaveLength(2);
  });

  it('that is refused can be made again; that of one’s own account is so already', async () => {
    await given(claim('P-1'), refusal);
    expect(await ask(claim('P-1'))).toEqual({ revision: 2 });
    await given(link('P-1'));
    expect(await ask(claim('P-1'))).toEqual({ revision: 3 });
  });

  it('that nobody made is not found', async () => {
    await given(link('P-1'));
    expect(await ask(refusal)).toEqual(refused('not_found'));
    expect(await ask(confirmation)).toEqual(refused('not_found'));
  });

  it('is confirmed by a link that does not name it, and shows the account as it was claimed', async () => {
    const account = { account: MAILBOX, person: 'P-1' };
    await given({ type: 'account-claimed', data: { ...account, written: 'mailto:learner-1@example.org' } });
    await given(claim('P-2'), link('P-1'));
    expect(await dataFrom(2)).toEqual([{ ...account, written: 'mailto:learner-1@example.org', claim: 0 }]);
    expect(await ask(refusal)).toEqual(refused('conflict'));
    expect(await ask({ type: 'claim-refused', data: { claim: 1, reason: 'r' } }), 'of another person').toEqual({
      revision: 3,
    });
  });

  it('waits again when the link that confirmed it is withdrawn', async () => {
    await given(claim('P-1'), confirmation, { type: 'account-unlinked', data: { link: 1 } });
    expect(await ask(claim('P-1')), 'the same claim').toEqual({ revision: 0 });
    await given(confirmation);
    expect(await ask(refusal)).toEqual(refused('conflict'));
    await given({ type: 'account-unlinked', data: { link: 3 } });
    expect(await ask(refusal)).toEqual({ revision: 5 });
    expect(await ask(confirmation)).toEqual(refused('conflict'));
  });

  it('of a merged person is confirmed, too', async () => {
    await given(link('P-1', 'sha1sum:1'), link('P-2', 'sha1sum:2'), merge('P-1', 'P-2'), claim('P-2'), link('P-1'));
    expect(await dataFrom(4)).toEqual([{ account: MAILBOX, person: 'P-1', claim: 3 }]);
  });
});

describe('facts', () => {
  beforeEach(() => given(agency()));

  it('that are recorded already are no event; of others only the new are in it', async () => {
    expect(await ask(facts('P3'))).toEqual({ revision: 1 });
    expect(await ask(facts('P3'))).toEqual({ revision: 1 });
    const other = { person: 'P-1', agency: 'agency-a', name: 'category', value: 'staff', from: '2020-01-01' };
    const known = { person: 'P-1', agency: 'agency-a', name: 'grade', value: 'P3', from: '2021-01-01' };
    await given({ type: 'facts-recorded', data: { facts: [known, other] } });
    expect(await dataFrom(2)).toEqual([{ facts: [other] }]);
  });

  it('that contradict each other in one request: the later holds, also when it was recorded before', async () => {
    await given(facts('P4'), facts('P3', 'P4'));
    expect(await ask(facts('P4'))).toEqual({ revision: 2 });
    expect(await ask(facts('P3'))).toEqual({ revision: 3 });
  });

  it('that were taken back can be recorded again', async () => {
    await given(facts('P3'), facts(null));
    expect(await ask(facts(null))).toEqual({ revision: 2 });
    expect(await ask(facts('P3'))).toEqual({ revision: 3 });
  });
});

describe('persons', () => {
  beforeEach(() => given(link('P-1', 'sha1sum:1'), link('P-2', 'sha1sum:2'), link('P-3', 'sha1sum:3')));

  it('are merged once, and each pair has a merge of its own', async () => {
    expect(await ask(merge('P-1', 'P-2'))).toEqual({ revision: 3 });
    expect(await ask(merge('P-2', 'P-3'))).toEqual({ revision: 4 });
    expect(await ask(merge('P-3', 'P-1'))).toEqual({ revision: 5 });
    expect(await ask(merge('P-2', 'P-1'))).toEqual({ revision: 3 });
    expect(await types()).toHaveLength(6);
  });

  it('are two, and known', async () => {
    expect(await ask(merge('P-1', 'P-1'))).toEqual(refused('invalid_body', { property: '/persons/1' }));
    expect(await ask(merge('P-1', 'P-9'))).toEqual(refused('invalid_body', { property: '/persons/1' }));
  });

  it('can be merged again when that was undone, once', async () => {
    await given(merge('P-1', 'P-2'));
    const undoing: LearningAction = { type: 'persons-unmerged', data: { merge: 3 } };
    expect(await ask(undoing)).toEqual({ revision: 4 });
    expect(await ask(undoing)).toEqual({ revision: 4 });
    expect(await ask(merge('P-1', 'P-2'))).toEqual({ revision: 5 });
    expect(await ask({ type: 'persons-unmerged', data: { merge: 0 } })).toEqual(refused('not_found'));
  });
});
