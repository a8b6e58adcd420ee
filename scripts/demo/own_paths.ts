import type { Life } from './life.ts';
import { type DemoRequest, put } from './request.ts';

/** Learning paths that some put together for themselves. */
export function ownPaths(lives: readonly Life[]): DemoRequest[] {
  const some = lives.filter(({ number }) => number % 60 === 14);
  return some.map(({ person, number }) =>
    put(`/api/paths/own-${person}`, {
      title: 'What I want to learn this year',
      person,
      ...(number % 120 === 14 ? { ordered: true } : {}),
      steps: ['hub-data-literacy', 'hub-feedback', 'records', 'fraud'].map((course) => {
        return { step: course, title: course.replace('hub-', '').replace('-', ' '), satisfiedBy: { course } };
      }),
    }),
  );
}
