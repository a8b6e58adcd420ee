import { agentKey } from './identifiers.ts';
import type { Account, Agent } from './statement.ts';

/** The Person object of the Agents resource (Communication 2.4): what is known of the agents that are one person. */
export interface Person {
  readonly objectType: 'Person';
  readonly name?: readonly string[];
  readonly mbox?: readonly string[];
  readonly mbox_sha1sum?: readonly string[];
  readonly openid?: readonly string[];
  readonly account?: readonly Account[];
}

/**
 * The Person of some agents: each distinct name and identifier once, in the order of the agents.
 * @param agents the agent that was asked for, then those that are the same person
 */
export function personOf(agents: readonly Agent[]): Person {
  const accounts = new Map<string, Account>();
  for (const agent of agents) {
    if (agent.account !== undefined) accounts.set(agentKey({ account: agent.account }) as string, agent.account);
  }
  return {
    objectType: 'Person',
    ...distinct('name', agents),
    ...distinct('mbox', agents),
    ...distinct('mbox_sha1sum', agents),
    ...distinct('openid', agents),
    ...(accounts.size > 0 && { account: [...accounts.values()] }),
  };
}

function distinct(
  property: 'name' | 'mbox' | 'mbox_sha1sum' | 'openid',
  agents: readonly Agent[],
): Readonly<Record<string, readonly string[]>> {
  const values = new Set(agents.map((agent) => agent[property]).filter((value) => value !== undefined));
  return values.size === 0 ? {} : { [property]: [...values] };
}
