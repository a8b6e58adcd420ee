import type { Command, Outcome } from './command.ts';

/** A command that has no outcome yet. */
export interface Waiting {
  readonly command: Command;
  /** Drawn once, and kept over every retry. */
  readonly eventIds: string[];
  readonly since: number;
  readonly resolve: (outcome: Outcome) => void;
  /** It was refused because it took too long: it is not tried again. */
  isGone: boolean;
}
