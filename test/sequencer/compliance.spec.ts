import { beforeEach, describe, expect, it } from 'vitest';
import type {
  Condition,
  PathDeclared,
  ProgrammeDeclared,
  RequirementDeclared,
  Satisfaction,
  SnapshotFrozen,
  WaiverGranted,
} from '../../src/events/compliance_types.ts';
import type { LearningAction } from '../../src/sequencer/command.ts';
import { agency, aSequencer, mark, refused } from './given_learning.ts';

const { ask, given, types, reopen } = aSequencer();

const course = (name: string): LearningAction => ({
  type: 'course-declared',
  data: { course: name, title: name, editions: [], completion: [] },
});
const ladder: LearningAction = { type: 'ladder-declared', data: { ladder: 'grade', ranks: ['P1', 'P2', 'D1'] } };
const requirement = (more: Partial<RequirementDeclared> = {}): LearningAction => ({
  type: 'requirement-declared',
  data: {
    requirement: 'R',
    title: 'Safety',
    from: '2024-01-01',
    appliesTo: { all: [] },
    satisfiedBy: { course: 'safety' },
    ...more,
  },
});
const withdrawal = (from = '2024-01-01'): LearningAction => ({
  type: 'requirement-withdrawn',
  data: { requirement: 'R', from, reason: 'r' },
});
const waiver = (more: Partial<WaiverGranted> = {}): LearningAction => ({
  type: 'waiver-granted',
  data: {
    waiver: 'W',
    requirements: ['R'],
    persons: ['P-1'],
    from: '2024-01-01',
    reason: 'r',
    grantedBy: 'g',
    ...more,
  },
});
const path = (more: Partial<PathDeclared> = {}): LearningAction => ({
  type: 'path-declared',
  data: { path: 'A', title: 'A', steps: [{ step: 'S', title: 'S', satisfiedBy: { course: 'safety' } }], ...more },
});
const programme = (more: Partial<ProgrammeDeclared> = {}): LearningAction => ({
  type: 'programme-declared',
  data: {
    programme: 'G',
    title: 'G',
    parts: [{ part: 'M', title: 'M', kind: 'complete', satisfiedBy: { course: 'safety' } }],
    graduates: { part: 'M' },
    ...more,
  },
});
const snapshot = (more: Partial<SnapshotFrozen> = {}): LearningAction => ({
  type: 'snapshot-frozen',
  data: { snapshot: 'S', asOf: '2024-01-01', knownAt: 1, form: 1, digest: 'a'.repeat(64), length: 2, ...more },
});

// Revisions 0 to 2.
beforeEach(() => given(agency(), course('safety'), ladder));

describe('what is named', () => {
  const satisfiedBy = (satisfiedBy: Satisfaction) => requirement({ satisfiedBy });
  const appliesTo = (appliesTo: Condition) => requirement({ appliesTo });
  const absence = { when: { fact: 'grade', ladder: 'none', min: 'P1' }, effect: 'excuses' as const };
  it.each<[string, LearningAction]>([
    ['/agency', requirement({ agency: 'none' })],
    ['/satisfiedBy/course', satisfiedBy({ course: 'none' })],
    ['/satisfiedBy/all/1/any/0/course', satisfiedBy({ all: [{ course: 'safety' }, { any: [{ course: 'none' }] }] })],
    ['/satisfiedBy/of/0/course', satisfiedBy({ atLeast: 1, of: [{ course: 'none' }] })],
    ['/satisfiedBy/when/ladder', satisfiedBy({ when: absence.when, needs: { course: 'safety' } })],
    ['/satisfiedBy/needs/course', satisfiedBy({ when: { all: [] }, needs: { course: 'none' } })],
    ['/appliesTo/ladder', appliesTo({ fact: 'grade', ladder: 'none', min: 'P1' })],
    ['/appliesTo/not/min', appliesTo({ not: { fact: 'grade', ladder: 'grade', min: 'P9' } })],
    ['/appliesTo/any/0/is/max', appliesTo({ any: [{ at: 'x', is: { fact: 'y', ladder: 'grade', max: 'P9' } }] })],
    ['/appliesTo/all/0/max', appliesTo({ all: [{ fact: 'grade', ladder: 'grade', min: 'D1', max: 'P2' }] })],
    ['/absence/when/ladder', requirement({ absence })],
    ['/requirements/1', waiver({ requirements: ['R', 'none'] })],
    ['/agency', waiver({ agency: 'none' })],
    ['/group/ladder', waiver({ group: { fact: 'grade', ladder: 'none', min: 'P1' } })],
    ['/agency', path({ agency: 'none' })],
    ['/steps/0/satisfiedBy/course', path({ steps: [{ step: 'S', title: 'S', satisfiedBy: { course: 'none' } }] })],
    ['/agency', programme({ agency: 'none' })],
    [
      '/parts/0/satisfiedBy/course',
      programme({ parts: [{ part: 'M', title: 'M', kind: 'k', satisfiedBy: { course: 'none' } }] }),
    ],
    ['/graduates/all/1/part', programme({ graduates: { all: [{ part: 'M' }, { part: 'N' }] } })],
    ['/graduates/of/0/any/0/part', programme({ graduates: { atLeast: 1, of: [{ any: [{ part: 'N' }] }] } })],
    ['/agency', snapshot({ agency: 'none' })],
  ])('at %s is declared before', async (property, action) => {
    await given(requirement());
    expect(await ask(action)).toEqual(refused('invalid_body', { property }));
    expect(await types()).toHaveLength(4);
  });

  it('of a place is looked up when it is asked for', async () => {
    expect(await ask(satisfiedBy({ boundTo: 'dutyStation', course: 'induction' }))).toEqual({ revision: 3 });
  });
});

describe.each<[string, LearningAction, LearningAction]>([
  ['a ladder', ladder, { type: 'ladder-declared', data: { ladder: 'grade', ranks: ['P1'] } }],
  ['a path', path(), path({ title: 'Another' })],
  ['a programme', programme(), programme({ title: 'Another' })],
  ['a requirement', requirement(), requirement({ title: 'Another' })],
])('%s', (_what, first, other) => {
  it('with the same content again is no new version, and a stale If-Match is refused', async () => {
    const { revision } = (await ask(first)) as { revision: number };
    expect(await ask(first, { mark: mark('k') })).toEqual({ revision });
    expect(await ask(other, { ifMatch: revision + 100 })).toEqual(refused('precondition_failed'));
    const changed = (await ask(other, { ifMatch: revision })) as { revision: number };
    expect(changed.revision).toBeGreaterThan(revision);
    expect(await ask(first)).toEqual({ revision: changed.revision + 1 });
  });
});

describe('a requirement', () => {
  it('has terms from several days on, each compared with those of its own day', async () => {
    await given(requirement(), requirement({ from: '2025-01-01', title: 'Next' }));
    expect(await ask(requirement())).toEqual({ revision: 3 });
    expect(await ask(requirement({ from: '2025-01-01', title: 'Next' }))).toEqual({ revision: 4 });
    expect(await ask(requirement({ title: 'Other' }), { ifMatch: 3 })).toEqual(refused('precondition_failed'));
    expect(await ask(requirement({ title: 'Other' }), { ifMatch: 4 })).toEqual({ revision: 5 });
  });

  it('is withdrawn once from a day on, and can be declared again', async () => {
    await given(requirement());
    expect(await ask(withdrawal('2025-01-01'))).toEqual(refused('not_found'));
    expect(await ask(withdrawal(), { ifMatch: 2 })).toEqual(refused('precondition_failed'));
    expect(await ask(withdrawal(), { ifMatch: 3 })).toEqual({ revision: 4 });
    await reopen();
    expect(await ask(withdrawal())).toEqual({ revision: 4 });
    expect(await ask(requirement())).toEqual({ revision: 5 });
    expect(await ask(requirement())).toEqual({ revision: 5 });
    expect(await ask(withdrawal())).toEqual({ revision: 6 });
  });
});

describe('a waiver', () => {
  beforeEach(() => given(requirement()));

  it('that was withdrawn stays withdrawn', async () => {
    const ending: LearningAction = { type: 'waiver-withdrawn', data: { waiver: 'W', reason: 'r' } };
    expect(await ask(ending)).toEqual(refused('not_found'));
    await given(waiver());
    expect(await ask(waiver())).toEqual({ revision: 4 });
    expect(await ask(waiver({ to: '2024-12-31' }))).toEqual({ revision: 5 });
    expect(await ask(ending, { ifMatch: 4 })).toEqual(refused('precondition_failed'));
    expect(await ask(ending, { ifMatch: 5 })).toEqual({ revision: 6 });
    expect(await ask(ending)).toEqual({ revision: 6 });
    for (const again of [waiver(), waiver({ to: '2024-12-31' })]) expect(await ask(again)).toEqual(refused('conflict'));
  });
});

describe('a path', () => {
  it('stays whose it is, and does not tell whose', async () => {
    await given(path({ person: 'P-1' }));
    expect(await ask(path({ person: 'P-1', title: 'Mine' }))).toEqual({ revision: 4 });
    for (const other of [path({ person: 'P-2' }), path(), path({ agency: 'agency-a' })]) {
      const outcome = await ask(other);
      expect(outcome).toEqual(refused('conflict', { property: '/person' }));
      expect(JSON.stringify(outcome)).not.toContain('P-1');
    }
    await given(path({ path: 'B' }));
    expect(await ask(path({ path: 'B', person: 'P-1' }))).toEqual(refused('conflict'));
  });
});

it('a snapshot is frozen once', async () => {
  expect(await ask(snapshot())).toEqual({ revision: 3 });
  expect(await ask(snapshot())).toEqual({ revision: 3 });
  expect(await ask(snapshot({ digest: 'b'.repeat(64) }))).toEqual(refused('conflict'));
});
