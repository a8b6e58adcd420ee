import { describe, expect, it } from 'vitest';
import type { EquivalenceDecided } from '../../src/events/learning_types.ts';
import type { LearningAction } from '../../src/sequencer/command.ts';
import { agency, aSequencer, course, facts, mark, refused } from './given_learning.ts';

const { ask, given } = aSequencer();

const decision = (source: EquivalenceDecided['sources'][number]): LearningAction => ({
  type: 'equivalence-decided',
  data: {
    decision: 'D',
    effect: 'counts',
    sources: [source],
    target: 'other',
    from: '2020-01-01',
    basis: { document: 'Memo' },
    decidedBy: 'Board',
  },
});

describe('If-Match', () => {
  it('lets a change on only when nobody else has made one since', async () => {
    await given(agency());
    expect(await ask(agency('Second'), { ifMatch: 0 })).toEqual({ revision: 1 });
    expect(await ask(agency('Third'), { ifMatch: 0 })).toEqual(
      refused('precondition_failed', { property: 'If-Match' }),
    );
    expect(await ask(agency('Third'), { ifMatch: 1 })).toEqual({ revision: 2 });
  });

  it('holds for what nobody has declared, for facts, and for revocations', async () => {
    expect(await ask(agency(), { ifMatch: 0 })).toEqual(refused('precondition_failed'));
    await given(agency(), facts('P3'));
    expect(await ask(facts('P4'), { ifMatch: 0 })).toEqual(refused('precondition_failed'));
    expect(await ask(facts('P4'), { ifMatch: 1 })).toEqual({ revision: 2 });
    await given(course('one'), course('other'), decision({ course: 'one' }));
    const revocation: LearningAction = {
      type: 'equivalence-revoked',
      data: { decision: 'D', from: '2021-01-01', keep: false, reason: 'r' },
    };
    expect(await ask(revocation, { ifMatch: 4 })).toEqual(refused('precondition_failed'));
    expect(await ask(revocation, { ifMatch: 5 })).toEqual({ revision: 6 });
  });

  it('of two that are decided together, one is stale', async () => {
    await given(agency());
    const outcomes = await Promise.all([ask(agency('One'), { ifMatch: 0 }), ask(agency('Other'), { ifMatch: 0 })]);
    expect(outcomes).toEqual([{ revision: 1 }, refused('precondition_failed')]);
  });

  it('does not stop the retry of a request that was done', async () => {
    await given(agency());
    const asked = { ifMatch: 0, mark: mark('k') };
    expect(await ask(agency('Second'), asked)).toEqual({ revision: 1 });
    expect(await ask(agency('Second'), asked)).toEqual({ revision: 1 });
  });
});
