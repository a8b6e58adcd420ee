import { generator, uuid } from '../seeded.ts';

/**
 * A believable stream of statements, the same for the same seed: learners are numbers, courses have modules, and most
 * traffic is small steps.
 */
export interface Population {
  /** The i-th statement as JSON text, without spaces. */
  statement(i: number): string;
  learner(i: number): string;
  course(i: number): string;
}

const VERBS = ['initialized', 'progressed', 'experienced', 'answered', 'completed', 'passed', 'terminated'];

/** @param learners how many there are */
export function population(learners: number, seed = 1): Population {
  const learner = (i: number) => `learner-${i % learners}`;
  const course = (i: number) => `https://courses.example.org/course/${i % 200}`;
  return {
    learner,
    course,
    statement(i) {
      const random = generator(seed * 1_000_003 + i);
      const who = Math.floor(random() * learners);
      const where = Math.floor(random() * random() * 200);
      const module = Math.floor(random() * 20);
      const verb = VERBS[Math.floor(random() * VERBS.length)]!;
      const attempt = Math.floor(who / 7) * 200 + where;
      return JSON.stringify({
        id: uuid(random),
        actor: { objectType: 'Agent', account: { homePage: 'https://lms.example.org', name: learner(who) } },
        verb: { id: `http://adlnet.gov/expapi/verbs/${verb}`, display: { 'en-US': verb } },
        object: {
          objectType: 'Activity',
          id: `${course(where)}/module/${module}`,
          definition: {
            type: 'http://adlnet.gov/expapi/activities/module',
            name: { 'en-US': `Module ${module} of course ${where}` },
          },
        },
        result: {
          score: { scaled: Math.round(random() * 100) / 100 },
          completion: verb === 'completed',
          duration: `PT${Math.floor(random() * 3600)}S`,
        },
        context: {
          registration: uuid(generator(attempt)),
          contextActivities: {
            parent: [{ id: course(where), objectType: 'Activity' }],
            category: [{ id: 'https://w3id.org/xapi/cmi5/context/categories/cmi5', objectType: 'Activity' }],
          },
          platform: 'Example LMS',
          language: 'en',
          extensions: { 'https://w3id.org/xapi/cmi5/context/extensions/sessionid': `session-${attempt}` },
        },
        timestamp: new Date(Date.UTC(2025, 0, 1) + Math.floor(random() * 31_536_000_000)).toISOString(),
      });
    },
  };
}
