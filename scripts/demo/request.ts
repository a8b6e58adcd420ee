/** Who asks: the demonstration's administrator, or a platform. */
export type Asker = 'admin' | 'inspira' | 'public-site' | 'hub';

/** The platforms of the example policy, which report statements. */
export const PLATFORMS = ['inspira', 'public-site', 'hub'] as const satisfies readonly Asker[];

/** One request to the store; the body is sent as JSON. */
export interface DemoRequest {
  readonly as: Asker;
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: object;
  /** What is asked after it; `{revision}` in its path is the number that this one was answered with. */
  readonly then?: DemoRequest;
}

/** Requests of one kind, in any order. */
export interface Phase {
  readonly title: string;
  readonly requests: readonly DemoRequest[];
}

export const post = (path: string, body: object, then?: DemoRequest): DemoRequest => {
  return { as: 'admin', method: 'POST', path, body, ...(then === undefined ? {} : { then }) };
};

export const put = (path: string, body: object): DemoRequest => ({ as: 'admin', method: 'PUT', path, body });

/** Consecutive parts of at most so many elements. */
export function portions<Of>(all: readonly Of[], size: number): Of[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}
