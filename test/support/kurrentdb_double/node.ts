import { setTimeout as delay } from 'node:timers/promises';
import { type AppendFault, suffer } from './faults.ts';
import { type Endpoint, type Outcome, type ProposedAppend, sizeOf } from './outcome.ts';
import type { StoredEvent, Streams } from './streams.ts';

/** What all nodes of a cluster share. */
export interface Cluster {
  readonly streams: Streams;
  readonly nodes: ServerNode[];
  /** None while there is no quorum. */
  leader: ServerNode | undefined;
}

export interface NodeSettings {
  /** Bytes; see `sizeOf`. */
  readonly maxAppendSize: number;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly clock: () => number;
  /** Passwords by user. Without it everybody may do everything. */
  readonly users: Readonly<Record<string, string>> | undefined;
}

/** One server: what it does with appends and reads, whatever protocol they came by. */
export class ServerNode {
  readonly settings: NodeSettings;
  readonly cluster: Cluster;
  readonly id = crypto.randomUUID();
  /** What goes wrong with the next appends, one after the other; what comes behind goes right. */
  readonly faults: (AppendFault | undefined)[] = [];
  endpoint: Endpoint = { host: '', port: 0 };
  alive = true;
  /** Milliseconds that each answer to an append, and each page of a read, takes longer. */
  slowness = 0;
  /** How many events were handed to the connections of readers. */
  eventsSent = 0;
  /** The open subscriptions; aborting one with a refusal ends it with that. */
  readonly subscriptions = new Set<AbortController>();
  dropConnections = () => {};
  #stopped: PromiseWithResolvers<void> | undefined;
  #behind: ReadonlyMap<string, number> | undefined;

  constructor(settings: NodeSettings, cluster: Cluster) {
    this.settings = settings;
    this.cluster = cluster;
    cluster.nodes.push(this);
    cluster.leader ??= this;
  }

  get leads(): boolean {
    return this.cluster.leader === this;
  }

  /** From now on nothing is stored or sent here. */
  stop(): void {
    this.#stopped ??= Promise.withResolvers();
  }

  goOn(): void {
    this.#stopped?.resolve();
    this.#stopped = undefined;
  }

  /** Resolves when the node, as slow as it is, has time for the next piece of work. */
  async turn(): Promise<void> {
    if (this.slowness > 0) await delay(this.slowness);
    while (this.#stopped) await this.#stopped.promise;
  }

  /** Later appends do not reach this node's readers until `catchUp`: a follower behind its leader. */
  fallBehind(): void {
    this.#behind = this.cluster.streams.lengths();
  }

  catchUp(): void {
    this.#behind = undefined;
    this.cluster.streams.wake();
  }

  /** How much of a stream this node's readers see. */
  lengthOf(stream: string): number {
    return this.#behind ? (this.#behind.get(stream) ?? 0) : this.cluster.streams.events(stream).length;
  }

  /** Up to `count` events from revision `from`, none behind what this node's readers see. */
  page(stream: string, from: number, count: number): readonly StoredEvent[] {
    return this.cluster.streams.events(stream).slice(from, Math.min(from + count, this.lengthOf(stream)));
  }

  /** Stores an append, or passes it on to the leader, unless a fault is due. */
  async append(append: ProposedAppend): Promise<Outcome> {
    await this.turn();
    if (sizeOf(append.events) > this.settings.maxAppendSize) {
      return { kind: 'append too large', limit: this.settings.maxAppendSize };
    }
    const { leader } = this.cluster;
    if (leader === undefined) return { kind: 'not ready' };
    if (leader === this) return this.#write(append);
    return append.requiresLeader ? { kind: 'not leader', leader: leader.endpoint } : leader.append(append);
  }

  async #write({ stream, expected, events }: ProposedAppend): Promise<Outcome> {
    // A dead leader stores nothing; only a follower that passed an append on to it is left to answer.
    if (!this.alive) return { kind: 'timed out' };
    const { streams } = this.cluster;
    const store = () => streams.append(stream, expected, events, this.settings.clock());
    const fault = this.faults.shift();
    if (fault === undefined) return store();
    return suffer(fault, {
      store,
      storeAnother: (event) => streams.append(stream, 'any', [event], this.settings.clock()),
      dropConnections: () => this.dropConnections(),
    });
  }
}
