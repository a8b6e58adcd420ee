import { expect, it } from 'vitest';
import type { ProjectedEvent } from '../../projections/change.ts';
import { LEARNING } from '../../projections/registry.ts';
import { marked, projectRequestAnswered } from '../../projections/requests.ts';
import type { RequestMark } from '../../src/events/learning_types.ts';

const request = { key: 'k-1', digest: 'd'.repeat(64) };
const event = { recorded: 1, credential: 'editor', revision: 7 };
const project = marked(({ data }: ProjectedEvent<{ readonly name: string; readonly request?: RequestMark }>) => [
  { table: 'things', put: { name: data.name } },
]);

it('when an event comes with the mark of its request, that was answered with the revision of the event', () => {
  expect(project({ ...event, data: { name: 'n', request } })).toEqual([
    { table: 'things', put: { name: 'n' } },
    { table: 'requests', put: { credential: 'editor', key: 'k-1', digest: request.digest, revision: 7 } },
  ]);
});

it('when it comes without, it only does what it does', () => {
  expect(project({ ...event, data: { name: 'n' } })).toEqual([{ table: 'things', put: { name: 'n' } }]);
});

it('when a request asked for nothing new, it was answered with the revision since when it is so', () => {
  expect(projectRequestAnswered({ ...event, data: { request, revision: 3 } })).toEqual([
    { table: 'requests', put: { credential: 'editor', key: 'k-1', digest: request.digest, revision: 3 } },
  ]);
});

it('every event about people, policy and certificates keeps its mark', () => {
  const nothing = { request, facts: [], persons: ['P-1', 'P-2'], certificate: { recorded: 1 } };
  for (const [type, projection] of Object.entries(LEARNING)) {
    if (type === 'request-answered') continue;
    expect((projection as typeof project)({ ...event, data: nothing as never }), type).toContainEqual({
      table: 'requests',
      put: { credential: 'editor', key: 'k-1', digest: request.digest, revision: 7 },
    });
  }
});
