import { beforeEach, describe, expect, it } from 'vitest';
import type { LearningAction } from '../../src/sequencer/command.ts';
import { aSequencer, course, refused } from './given_learning.ts';

const { ask, given, types } = aSequencer();

describe('courses that replace one another', () => {
  const replaced = (by: string) => ({ replacedBy: { course: by, from: '2024-01-01' } });
  const circle = refused('invalid_body', { property: '/replacedBy/course' });

  it('are no circle, of however many', async () => {
    await given(course('one'), course('two', replaced('one')), course('three', replaced('two')));
    expect(await ask(course('one', replaced('two')))).toEqual(circle);
    expect(await ask(course('one', replaced('three')))).toEqual(circle);
    expect(await types()).toHaveLength(3);
    await given(course('four', replaced('three')));
  });

  it('turn round when the first declares its successor no more', async () => {
    await given(course('one'), course('two', replaced('one')), course('two'), course('one', replaced('two')));
    expect(await ask(course('two', replaced('one')))).toEqual(circle);
  });
});

describe('the code of an edition', () => {
  beforeEach(() => given({ type: 'platform-declared', data: { platform: 'campus', name: 'Campus', authorities: [] } }));
  const editions = [{ code: 'C-1' }];
  const completion = (edition: string) => [{ platforms: ['campus'], verbs: ['v:1'], activities: ['a:1'], edition }];
  const decision = (edition: string): LearningAction => ({
    type: 'equivalence-decided',
    data: {
      decision: 'D',
      effect: 'counts',
      sources: [{ course: 'other' }, { course: 'one', edition }],
      target: 'target',
      from: '2020-01-01',
      basis: { document: 'Memo' },
      decidedBy: 'Board',
    },
  });

  it('is one that the course declares, in what completes it', async () => {
    const wrong = course('one', { editions, completion: completion('C-2') });
    expect(await ask(wrong)).toEqual(refused('invalid_body', { property: '/completion/0/edition' }));
    await given(course('one', { editions, completion: completion('C-1') }));
  });

  it('is one that the course declares, in a decision', async () => {
    await given(course('one', { editions }), course('other'), course('target'));
    expect(await ask(decision('C-2'))).toEqual(refused('invalid_body', { property: '/sources/1/edition' }));
    await given(decision('C-1'));
  });

  it('is any where the course declares none', async () => {
    await given(course('one', { completion: completion('C-2') }), course('other'), course('target'), decision('C-2'));
  });
});
