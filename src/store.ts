import { LedgerlineError } from './errors.ts';
import type { NoSuch, Question, QuestionAnswers } from './evaluator/questions.ts';
import type { Answer, ReadRequest } from './queries/answers.ts';
import type { Command } from './sequencer/command.ts';
import type { Gauges } from './sequencer/gauges.ts';
import type { Agent } from './xapi/statement.ts';

/** A credential as requests are checked against it. */
export interface Credential {
  readonly key: string;
  readonly secretHash: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** Its roles at `/api` besides those that the scopes imply, as `parseGrant` reads them. */
  readonly roles: readonly string[];
  /** Who is the authority of what the credential stores. */
  readonly authority: Agent;
  /** Ledger revisions, and when they were recorded: microseconds since 1970 UTC. */
  readonly issued: number;
  readonly issuedAt: number;
  readonly revoked: number | null;
  readonly revokedAt: number | null;
}

/** The refusal of a store that cannot answer for now. @param reason as `Store.notReady` */
export function cannotAnswer(reason: string): LedgerlineError {
  return new LedgerlineError('unavailable', `The store cannot answer now: ${reason}.`, { retryAfterSeconds: 1 });
}

/** The store as the HTTP side sees it. */
export interface Store {
  /**
   * Resolves with the revision of the last event when all that the command asks for is durable and every later read
   * sees it. Rejects with a `LedgerlineError` when it was refused: then nothing of it was stored; `overloaded` and
   * `unavailable` invite a retry.
   */
  submit(command: Command): Promise<number>;
  /**
   * Answers from everything that was acknowledged before the call. Rejects with `unavailable` while the read store is
   * being rebuilt.
   */
  read<R extends ReadRequest>(request: R): Promise<Answer<R>>;
  /**
   * Answers about the statuses of many people, from what is worked out of them: the answer says up to which revision.
   * Rejects with `unavailable` when what is asked for is not worked out yet.
   */
  ask<Q extends Question>(question: Q): Promise<QuestionAnswers[Q['kind']] | NoSuch>;
  /**
   * Resolves when everything that any node of the store had acknowledged before the call can be read here; at once
   * where there is one node. Rejects with `unavailable` when the other nodes' cannot be had within some milliseconds.
   */
  caughtUp(milliseconds: number): Promise<void>;
  /** Resolves when that ledger revision can be read. Rejects with `unavailable` after some milliseconds. */
  reached(revision: number, milliseconds: number): Promise<void>;
  /** See `SharedHead.consistentThrough`: microseconds since 1970 UTC. To be asked before `read`. */
  consistentThrough(): number | undefined;
  /** As `consistentThrough`, once there is one. */
  soonConsistentThrough(): Promise<number>;
  /** The last durable revision; -1 when there is none. */
  readonly revision: number;
  /** The credential with that key, revoked or not. */
  credential(key: string): Credential | undefined;
  credentials(): readonly Credential[];
  /** What the writer does with the ledger, in numbers. */
  readonly gauges: Gauges;
  /** Undefined when the store can answer; else why not, and how far it has got. */
  readonly notReady: string | undefined;
  /** Merges the tail: resolves when the statements' tables hold everything that was acknowledged before the call. */
  merge(): Promise<void>;
  /**
   * Drops the read store and makes it anew from the ledger. Resolves when it answers again. Rejects with `unavailable`
   * when the ledger is in memory.
   */
  rebuild(): Promise<void>;
  /** Finishes what was accepted, makes the read store durable, and ends the threads. */
  close(): Promise<void>;
}
