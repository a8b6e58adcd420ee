import { type Credentials, type EventData, type EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import { type Appended, knownOutcome } from './appender.ts';
import { timely } from './timely.ts';

/** An insecure connection carries no credentials; to be given some is what makes the client append plainly. */
const NOT_SENT: Credentials = { username: 'plain', password: 'plain' };

/**
 * What every call has to be given so that the client appends plainly: the connection string's own user, or anyone where
 * none is sent. Undefined over TLS without a user (the certificate says who it is): there the client cannot be made to.
 */
export function plainCredentials(connection: string): Credentials | undefined {
  const [, username, password] = /^[^:]+:\/\/([^:@/]+):([^@]+)@/.exec(connection) ?? [];
  if (username !== undefined && password !== undefined) {
    return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  }
  return /[?&]tls=false(&|$)/i.test(connection) ? NOT_SENT : undefined;
}

/**
 * Appends in calls of their own: slower than batch appends, but each has its deadline, any number may be under way, and
 * none fails because of another.
 */
export class PlainAppender {
  readonly #client: EventStoreDBClient;
  readonly #credentials: Credentials;
  readonly #timeoutMilliseconds: number;

  /** @param timeoutMilliseconds after which an append counts as one of unknown outcome */
  constructor(client: EventStoreDBClient, credentials: Credentials, timeoutMilliseconds: number) {
    this.#client = client;
    this.#credentials = credentials;
    this.#timeoutMilliseconds = timeoutMilliseconds;
  }

  /** @throws whatever leaves the outcome unknown: `unavailable`, or an error of the client */
  async append(stream: string, expectedRevision: number, events: readonly EventData[]): Promise<Appended> {
    try {
      const answer = this.#client.appendToStream(stream, events as EventData[], {
        expectedRevision: expectedRevision < 0 ? NO_STREAM : BigInt(expectedRevision),
        deadline: this.#timeoutMilliseconds,
        requiresLeader: true,
        credentials: this.#credentials,
      });
      // To find the leader, before the call, has no deadline.
      await timely(answer, this.#timeoutMilliseconds, 'an append');
      return 'appended';
    } catch (error) {
      const known = knownOutcome(error);
      if (known !== undefined) return known;
      throw error;
    }
  }
}
