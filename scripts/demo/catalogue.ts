import type { CourseDeclared } from '../../src/events/learning_types.ts';
import type { Chance } from './chance.ts';

/** One way in which a platform reports that a course was completed. */
export interface Way {
  readonly platform: string;
  readonly verb: string;
  readonly activity: string;
  readonly title: string;
  /** A language tag. */
  readonly language: string;
}

/** How courses are completed, by their ids. */
export type Catalogue = ReadonlyMap<string, readonly Way[]>;

/** What the completion rules of the courses say; those of edition after edition, in their order. */
export function catalogueOf(courses: readonly CourseDeclared[]): Catalogue {
  return new Map(courses.map((course) => [course.course, waysOf(course)]));
}

function waysOf({ title, editions, completion }: CourseDeclared): Way[] {
  return completion.flatMap((rule) => {
    if (!('verbs' in rule)) return [];
    const language = editions.find(({ code }) => code === rule.edition)?.language ?? 'en';
    return rule.platforms.flatMap((platform) =>
      rule.verbs.map((verb) => ({ platform, verb, activity: rule.activities[0]!, title, language })),
    );
  });
}

/** A way to complete a course on one of the platforms, in English more often; undefined where none reports it. */
export function wayOf(catalogue: Catalogue, course: string, platform: string, chance: Chance): Way | undefined {
  const ways = catalogue.get(course) ?? [];
  const preferred = ways.filter((way) => way.platform === platform);
  const possible = preferred.length > 0 ? preferred : ways;
  const english = possible.filter(({ language }) => language === 'en');
  const among = english.length > 0 && chance.happens(0.6) ? english : possible;
  return among.length === 0 ? undefined : chance.one(among);
}
