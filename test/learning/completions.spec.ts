import { describe, expect, it } from 'vitest';
import type { CompletionRule, MoveOn } from '../../src/events/learning_types.ts';
import { CMI5, isCandidate } from '../../src/learning/catalogue.ts';
import { completionsOf } from '../../src/learning/completions.ts';
import { aCatalogue, aCourse, activityOf, idOf, PASSED, passed } from './given.ts';

const DONE = { id: CMI5.completed };
const UNIT = activityOf('unit');

function completedBy(rule: Partial<CompletionRule>, ...said: readonly ReturnType<typeof passed>[]) {
  const full = { platforms: ['hub'], ...('cmi5' in rule ? {} : { verbs: [PASSED], activities: [UNIT] }), ...rule };
  return completionsOf(said, aCatalogue([aCourse('course', { completion: [full as CompletionRule] })]));
}

describe('a statement rule', () => {
  it('is met by a statement of a trusted platform about the activity', () => {
    expect(completedBy({ edition: 'C-1' }, passed('unit', '2025-01-10T10:00:00Z'))).toEqual([
      {
        course: 'course',
        edition: 'C-1',
        at: 1_736_503_200_000_000n,
        evidence: [
          {
            kind: 'statement',
            statementId: idOf(1),
            revision: 1001,
            timestamp: '2025-01-10T10:00:00Z',
            platform: 'hub',
            edition: 'C-1',
          },
        ],
      },
    ]);
  });

  it.each(['campus', 'blog', 'nobody'])('is not met by what %s states', (platform) => {
    expect(completedBy({}, passed('unit', '2025-01-10', { platform }))).toEqual([]);
  });

  it('knows a platform by an authority that is a group', () => {
    const authority = {
      objectType: 'Group',
      member: [{ openid: 'https://example.org/app' }, { mbox: 'mailto:u@Example.org' }],
    };
    const said = passed('unit', '2025-01-10', { authority } as object);
    const catalogue = aCatalogue([aCourse('unit')]);
    const platforms = new Map([
      ['openid:https://example.org/app sha1sum:e2842f1541744eb9c5a59165332e504cd300191e', ['hub']],
    ]);
    expect(completionsOf([said], { ...catalogue, platforms })).toHaveLength(1);
  });

  it.each<[string, Partial<CompletionRule>, object | undefined, boolean]>([
    ['success', { success: true }, { success: true }, true],
    ['success, which failed', { success: true }, { success: false }, false],
    ['success, which is not said', { success: true }, undefined, false],
    ['completion', { completion: true }, { completion: true }, true],
    ['completion, which is not said', { completion: true }, {}, false],
    ['a score, just', { minScaled: 0.8 }, { score: { scaled: 0.8 } }, true],
    ['a score, not quite', { minScaled: 0.8 }, { score: { scaled: 0.79 } }, false],
    ['a score of 0 where none is said', { minScaled: 0 }, { score: { raw: 5 } }, false],
    ['extensions', { extensions: { 'urn:m': 3, 'urn:n': 'x' } }, { extensions: { 'urn:m': 3, 'urn:n': 'x' } }, true],
    ['extensions of another type', { extensions: { 'urn:m': 3 } }, { extensions: { 'urn:m': '3' } }, false],
    ['all of them', { success: true, minScaled: 0.5 }, { success: true, score: { scaled: 0.4 } }, false],
  ])('asks for %s', (_, rule, result, isMet) => {
    const said = passed('unit', '2025-01-10', result === undefined ? {} : { result });
    expect(completedBy(rule, said)).toHaveLength(isMet ? 1 : 0);
  });

  it.each(['parent', 'grouping', 'category', 'other'] as const)('finds the activity in %s alone', (place) => {
    const there = passed('other', '2025-01-10', { context: { contextActivities: { [place]: [{ id: UNIT }] } } });
    expect(completedBy({ in: place }, there)).toHaveLength(1);
    expect(completedBy({ in: place }, passed('unit', '2025-01-10'))).toEqual([]);
    expect(completedBy({}, there)).toEqual([]);
  });

  it('is met once by a statement that names several of its activities', () => {
    const parent = [{ id: UNIT }, { id: activityOf('two') }];
    const said = passed('other', '2025-01-10', { context: { contextActivities: { parent } } });
    expect(completedBy({ in: 'parent', activities: [UNIT, activityOf('two')] }, said)).toHaveLength(1);
  });

  it('keeps the score', () => {
    expect(completedBy({}, passed('unit', '2025-01-10', { result: { score: { scaled: 0.9 } } }))[0]?.scaled).toBe(0.9);
  });
});

describe('a cmi5 rule', () => {
  const rule = (moveOn: MoveOn, waived?: boolean) => ({
    cmi5: { unit: { activity: UNIT, moveOn }, ...(waived !== undefined && { waived }) },
  });
  const one = { context: { registration: idOf(77) } };
  const two = { context: { registration: idOf(78) } };

  it.each<[MoveOn, readonly string[]]>([
    ['Passed', ['passed', 'waived']],
    ['Completed', ['completed', 'waived']],
    ['CompletedOrPassed', ['completed', 'passed', 'waived']],
    ['CompletedAndPassed', ['waived']],
    ['NotApplicable', ['launched', 'initialized', 'waived']],
  ])('with %s is met by one statement of %j', (moveOn, expected) => {
    const verbs = Object.keys(CMI5) as (keyof typeof CMI5)[];
    const met = verbs.filter(
      (name) =>
        completedBy(rule(moveOn), passed('unit', '2025-01-10', { verb: { id: CMI5[name] }, ...one })).length > 0,
    );
    expect(met.sort()).toEqual([...expected].sort());
  });

  it('with CompletedAndPassed needs both in one registration: the later day, both as evidence', () => {
    const pass = passed('unit', '2025-01-10', { number: 1, ...one, result: { score: { scaled: 0.7 } } });
    const done = passed('unit', '2025-01-12', { number: 2, verb: DONE, ...one });
    for (const said of [
      [pass, done],
      [done, pass],
    ]) {
      const [completion, ...more] = completedBy(rule('CompletedAndPassed'), ...said);
      expect(more).toEqual([]);
      expect(completion).toMatchObject({ at: done.at, scaled: 0.7 });
      expect(completion?.evidence.map(({ statementId }) => statementId)).toEqual([idOf(1), idOf(2)]);
    }
    expect(
      completedBy(rule('CompletedAndPassed'), pass, { ...done, statement: { ...done.statement, ...two } }),
    ).toEqual([]);
  });

  it('with CompletedAndPassed is not met outside of a registration', () => {
    const pass = passed('unit', '2025-01-10', { number: 1 });
    const done = passed('unit', '2025-01-12', { number: 2, verb: DONE });
    expect(completedBy(rule('CompletedAndPassed'), pass, done)).toEqual([]);
  });

  it('with CompletedAndPassed is met anew by what comes later in the registration', () => {
    const completions = completedBy(
      rule('CompletedAndPassed'),
      passed('unit', '2025-01-10', { number: 1, ...one }),
      passed('unit', '2025-01-12', { number: 2, verb: DONE, ...one }),
      passed('unit', '2026-01-12', { number: 3, ...one }),
    );
    expect(completions.map(({ evidence }) => evidence.map(({ revision }) => revision))).toEqual([
      [1001, 1002],
      [1002, 1003],
    ]);
  });

  it('is not met by a waiver when the course says no', () => {
    expect(completedBy(rule('Passed', false), passed('unit', '2025-01-10', { verb: { id: CMI5.waived } }))).toEqual([]);
  });

  it('is not met by a pass without success', () => {
    expect(completedBy(rule('Passed'), passed('unit', '2025-01-10', { result: { success: false } }))).toEqual([]);
  });

  it('is met by the statement that the block is satisfied', () => {
    const said = passed('block', '2025-01-10', { verb: { id: CMI5.satisfied } });
    expect(completedBy({ cmi5: { satisfied: activityOf('block') } }, said)).toHaveLength(1);
    expect(completedBy({ cmi5: { satisfied: activityOf('other') } }, said)).toEqual([]);
  });
});

describe('the catalogue', () => {
  it('tells candidates by verb and activity; a rule on context activities lets every object pass', () => {
    const context = { platforms: ['hub'], verbs: ['urn:done'], activities: [UNIT], in: 'parent' as const };
    const catalogue = aCatalogue([aCourse('unit'), aCourse('other', { completion: [context] })]);
    expect(isCandidate(catalogue, PASSED, UNIT)).toBe(true);
    expect(isCandidate(catalogue, PASSED, activityOf('other'))).toBe(false);
    expect(isCandidate(catalogue, PASSED, null)).toBe(false);
    expect(isCandidate(catalogue, 'urn:done', activityOf('anything'))).toBe(true);
    expect(isCandidate(catalogue, 'urn:done', null)).toBe(true);
    expect(isCandidate(catalogue, 'urn:seen', UNIT)).toBe(false);
  });
});
