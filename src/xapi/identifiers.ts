import { hash } from 'node:crypto';
import { isIri, isMailto, isUri } from './formats.ts';
import type { Actor, Agent } from './statement.ts';

/**
 * The inverse functional identifier of an agent or group as one text: `mailto:…` with its domain in lower case (Data
 * 2.3.1), `sha1sum:` and lower-case digits, `openid:…` or `account:HOMEPAGE|NAME` (Data 2.4.2.3). Equal texts are the
 * same agent.
 * @returns `undefined` for an anonymous group, which is like no other
 */
export function agentKey(agent: Actor): string | undefined {
  if (agent.account !== undefined) return `account:${agent.account.homePage}|${agent.account.name}`;
  if (agent.mbox !== undefined) return withLowerCaseDomain(agent.mbox);
  if (agent.mbox_sha1sum !== undefined) return `sha1sum:${agent.mbox_sha1sum.toLowerCase()}`;
  if (agent.openid !== undefined) return `openid:${agent.openid}`;
  return undefined;
}

/** The agent's key or, for a group, its own and its members', each once. */
export function agentKeys(agent: Actor): readonly string[] {
  const key = agentKey(agent);
  const own = key === undefined ? [] : [key];
  if (agent.objectType !== 'Group' || agent.member === undefined) return own;
  return [...new Set([...own, ...agent.member.flatMap(agentKeys)])];
}

/** An authority as one text: its own key, or its members' when it is an anonymous group (three-legged OAuth). */
export function authorityKey(authority: Actor): string {
  return authorityKeyOf(agentKeys(authority));
}

/** As `authorityKey`, from the authority's `agentKeys`. */
export function authorityKeyOf(keys: readonly string[]): string {
  return keys.join(' ');
}

/**
 * The agent of a text that `agentKey` gives; an account's home page ends at the first `|`, which no IRI contains.
 * @returns `undefined` when the text is none of the four kinds of identifier
 */
export function parseAgentKey(text: string): Agent | undefined {
  if (isMailto(text)) return { mbox: withLowerCaseDomain(text) };
  const colon = text.indexOf(':');
  const value = text.slice(colon + 1);
  switch (text.slice(0, colon)) {
    case 'sha1sum':
      return /^[0-9A-Fa-f]{40}$/.test(value) ? { mbox_sha1sum: value.toLowerCase() } : undefined;
    case 'openid':
      return isUri(value) ? { openid: value } : undefined;
    case 'account': {
      const bar = value.indexOf('|');
      const homePage = value.slice(0, bar);
      return bar > 0 && isIri(homePage) ? { account: { homePage, name: value.slice(bar + 1) } } : undefined;
    }
    default:
      return undefined;
  }
}

/**
 * The account of an `agentKey`: one text for identifiers that are known to be one. A mailbox and the SHA-1 of it are the
 * same account, under the SHA-1, since the mailbox cannot be found from that.
 */
export function accountKey(key: string): string {
  return key.startsWith('mailto:') ? `sha1sum:${hash('sha1', key)}` : key;
}

function withLowerCaseDomain(mbox: string): string {
  const at = mbox.lastIndexOf('@');
  return mbox.slice(0, at) + mbox.slice(at).toLowerCase();
}
