import { beforeEach, describe, expect, it } from 'vitest';
import type { CertificateRecorded } from '../../src/events/learning_types.ts';
import type { LearningAction } from '../../src/sequencer/command.ts';
import { aSequencer, course, mark, refused } from './given_learning.ts';

const { ask, given, types } = aSequencer();

describe('a certificate', () => {
  const recording: LearningAction = {
    type: 'certificate-recorded',
    data: { person: 'P-1', course: 'safety', issuer: 'Institute', completed: '2024-01-31', evidence: [] },
  };
  const verification: LearningAction = { type: 'certificate-verified', data: { recorded: 1, authority: 'Office' } };
  const refusal: LearningAction = {
    type: 'certificate-refused',
    data: { recorded: 1, authority: 'Office', reason: 'r' },
  };
  beforeEach(() => given(course('safety')));

  it('is recorded once', async () => {
    expect(await ask(recording, { mark: mark('k') })).toEqual({ revision: 1 });
    expect(await ask(recording)).toEqual({ revision: 1 });
  });

  it('is decided once', async () => {
    await given(recording);
    expect(await ask(verification)).toEqual({ revision: 2 });
    expect(await ask(verification)).toEqual({ revision: 2 });
    expect(await ask(refusal)).toEqual(refused('conflict'));
    expect(await types()).toHaveLength(3);
  });

  it('that nobody recorded is not found', async () => {
    for (const about of [verification, refusal]) expect(await ask(about)).toEqual(refused('not_found'));
  });

  it('names an edition of the course, where the course declares any; what is recorded already stays so', async () => {
    const ofEdition = (edition: string): LearningAction => ({
      type: 'certificate-recorded',
      data: { ...recording.data, edition } as CertificateRecorded,
    });
    expect(await ask(ofEdition('S-9'))).toEqual({ revision: 1 });
    await given(course('safety', { editions: [{ code: 'S-1' }, { code: 'S-2', unverified: true }] }));
    expect(await ask(ofEdition('S-8'))).toEqual(refused('invalid_body', { property: '/edition' }));
    expect(await ask(ofEdition('S-9'))).toEqual({ revision: 1 });
    expect(await ask(ofEdition('S-2'))).toEqual({ revision: 3 });
    expect(await ask(recording)).toEqual({ revision: 4 });
  });
});
