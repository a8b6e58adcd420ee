import type { RequestAnswered, RequestMark } from '../src/events/learning_types.ts';
import type { Change, ProjectedEvent } from './change.ts';

/** A request with an idempotency key, and the revision with which it was answered. */
export function projectRequestAnswered({ credential, data }: ProjectedEvent<RequestAnswered>): Change[] {
  return [answered(credential, data.request, data.revision)];
}

/** Keeps the mark of the request that an event came with, beside what the event itself changes. */
export function marked<Data extends { readonly request?: RequestMark }>(
  project: (event: ProjectedEvent<Data>) => Change[],
): (event: ProjectedEvent<Data>) => Change[] {
  return (event) => {
    const { request } = event.data;
    if (request === undefined) return project(event);
    return [...project(event), answered(event.credential, request, event.revision)];
  };
}

function answered(credential: string, { key, digest }: RequestMark, revision: number): Change {
  return { table: 'requests', put: { credential, key, digest, revision } };
}
