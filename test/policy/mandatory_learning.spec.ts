import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../scripts/policy/files.ts';

const FOLDER = join(import.meta.dirname, '../../scripts/policy/mandatory-learning');
const { declarations, errors } = await readPolicy(FOLDER);
const courses = declarations.flatMap(({ kind, data }) => (kind === 'courses' ? [data] : []));
const decisions = declarations.flatMap(({ kind, data }) => (kind === 'equivalences' ? [data] : []));

/** Every code of the table, by course; a code without a language is printed without one. */
const CODES = {
  bsafe: '3395 en, 3396 fr, 4019 ar, 4020 zh, 4021 ru, 4022 es',
  ethics: '1796 en, 2164 fr, 6607 ar, 6606 zh, 6608 ru',
  gender: '2375 en, 2376 fr, 2377 es',
  infosec: '1834 en, 6824 fr, 7074 ar, 7075 es',
  'infosec-assessment': '7271 en, 7272 fr, 7274 ar, 7273 es',
  fraud: '2926 en, 6029 fr, 6928 ar, 6929 es',
  psea: '7256 en, 7257 fr, 7169 ar, 7178 zh, 7189 ru, 7186 es',
  records: '6434 en, 7387 fr',
  'human-rights-2302': '2302 en',
  'human-rights-2299': '2299 en',
  'human-rights-2234': '2234',
  respect: '6638 en, 6814 fr, 6818 ar, 6820 zh, 6816 ru, 6822 es',
  'performance-management': '3281, 1090',
  'psea-managers': '7145 en, 7214 fr, 7171 ar, 7179 zh, 7190 ru, 7187 es',
  'psea-commanders': '7146 en, 7215 fr, 7170 ar, 7180 zh, 7191 ru, 7188 es',
  'respect-managers': '6813 en, 6815 fr, 6819 ar, 6821 zh, 6817 ru, 68223 es unverified',
};

const WITHOUT_CODES = [
  'leaders-programme',
  'interviewing',
  'procurement-fundamentals',
  'procurement-ethics',
  'procurement-best-value',
  'procurement-manual',
  'induction-mission-a',
  'induction-mission-b',
  'ssafe',
  'cpt-online',
  'cpt-residential',
  'senior-leadership',
  'basic-security',
  'advanced-security',
  'psea-1',
  'working-harmoniously',
  'leadership-development',
  'hub-data-literacy',
  'hub-online-meetings',
  'hub-feedback',
  'hub-plain-language',
  'hub-interpretation',
  'orientation-system',
  'orientation-charter',
  'orientation-career',
  'orientation-webinar-1',
  'orientation-webinar-2',
  'orientation-webinar-3',
  'orientation-discussion-1',
  'orientation-discussion-2',
  'orientation-graphics',
  'orientation-exchange',
];

describe('the files of the mandatory learning', () => {
  it('fit their schema', () => {
    expect(errors).toEqual([]);
    expect(Object.keys(Object.groupBy(declarations, ({ kind }) => kind)).sort()).toEqual([
      'agencies',
      'courses',
      'equivalences',
      'ladders',
      'paths',
      'platforms',
      'programmes',
      'requirements',
    ]);
  });

  it('have every code of the table exactly once, with its language', () => {
    const printed = courses
      .filter(({ editions }) => editions.length > 0)
      .map(({ course, editions }) => {
        const codes = editions.map(({ code, language, unverified }) =>
          [code.replace(/^LMS-/, ''), language, unverified && 'unverified'].filter(Boolean).join(' '),
        );
        return [course, codes.join(', ')] as const;
      });
    expect(Object.fromEntries(printed)).toEqual(CODES);
    const codes = courses.flatMap(({ editions }) => editions.map(({ code }) => code));
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('have the courses that have no code', () => {
    const bare = courses.filter(({ editions }) => editions.length === 0).map(({ course }) => course);
    expect(bare.sort()).toEqual([...WITHOUT_CODES].sort());
  });

  it('say when courses were launched and replaced', () => {
    const dated = courses.flatMap(({ course, from, replacedBy }) =>
      from || replacedBy
        ? [`${course} ${from ?? ''} ${replacedBy ? `${replacedBy.from} ${replacedBy.course}` : ''}`]
        : [],
    );
    expect(dated.map((text) => text.trim().replace(/ +/g, ' ')).sort()).toEqual([
      'advanced-security 2019-06-01 bsafe',
      'basic-security 2019-06-01 bsafe',
      'psea 2023-02-01',
      'psea-1 2023-02-01 psea',
      'psea-commanders 2023-02-01',
      'psea-managers 2023-02-01',
      'records 2023-07-01',
      'working-harmoniously 2022-08-01 respect',
    ]);
  });

  it('say what counts for what, and what does not', () => {
    const said = decisions.map(({ sources, effect, target, from }) => {
      return `${sources.map(({ course }) => course).join(' + ')} ${effect} ${target} ${from}`;
    });
    expect(said.sort()).toEqual([
      'advanced-security does-not-count bsafe 2019-06-01',
      'basic-security does-not-count bsafe 2019-06-01',
      'human-rights-2234 counts human-rights-2299 2015-01-01',
      'human-rights-2234 counts human-rights-2302 2015-01-01',
      'psea-1 does-not-count psea 2023-02-01',
      'psea-commanders counts psea 2023-02-01',
      'psea-managers counts psea 2023-02-01',
      'respect-managers counts respect 2022-08-01',
      'working-harmoniously does-not-count respect 2022-08-01',
    ]);
    expect(decisions.filter(({ mutual, transitive, agency }) => mutual || transitive || agency)).toEqual([]);
  });

  it('name only what they declare', () => {
    const known = (kind: string) => declarations.filter((one) => one.kind === kind).map(({ id }) => id);
    const named = [
      ...courses.flatMap(({ replacedBy }) => (replacedBy ? [replacedBy.course] : [])),
      ...decisions.flatMap(({ sources, target }) => [target, ...sources.map(({ course }) => course)]),
    ];
    expect(named.filter((course) => !known('courses').includes(course))).toEqual([]);
    const platforms = courses.flatMap(({ completion }) => completion.flatMap((rule) => rule.platforms));
    expect(new Set(platforms)).toEqual(new Set(known('platforms')));
  });

  it('complete each verified edition by a rule of its own, and an unverified one by none', () => {
    for (const { course, editions, completion } of courses) {
      const verified = editions.filter(({ unverified }) => !unverified).map(({ code }) => code);
      const ruled = completion.flatMap(({ edition }) => edition ?? []);
      expect(ruled, course).toEqual(verified);
    }
    const activities = courses.flatMap(({ completion }) =>
      completion.flatMap((rule) => ('cmi5' in rule ? [] : rule.activities)),
    );
    expect(new Set(activities).size).toBe(activities.length);
  });
});
