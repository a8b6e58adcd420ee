import { existsSync } from 'node:fs';
import { LedgerlineError } from '../../errors.ts';

/** Where a cluster's ledger is. */
export interface KurrentAddress {
  /** The client's connection string, user and password included. */
  readonly connection: string;
  /** The hosts, as they may be shown. */
  readonly hosts: string;
  /** The stream that is the ledger; blobs stand in streams whose names begin with it. */
  readonly stream: string;
}

const SCHEME = /^(?:esdb|kurrentdb)(\+discover)?:\/\//;
const HOST = /^(?:[\w.-]+|\[[\da-fA-F:]+\])(?::(\d{1,5}))?$/;
const DEFAULT_STREAM = 'ledgerline';

interface Rule {
  readonly is: (value: string) => boolean;
  readonly rule: string;
}
const YES_OR_NO: Rule = { is: (value) => value === 'true' || value === 'false', rule: 'is true or false' };
const NUMBER: Rule = { is: (value) => /^-?\d{1,9}$/.test(value), rule: 'is a whole number' };
const FILE: Rule = { is: existsSync, rule: 'is the path of a file' };

/** The parameters: `stream` is ours, the others are the client's, which says little of what it does not understand. */
const PARAMETERS: Readonly<Record<string, Rule>> = {
  stream: {
    is: (value) => /^[A-Za-z0-9][\w.-]{0,63}$/.test(value),
    rule: 'is up to 64 letters, digits, dots, hyphens and underscores',
  },
  tls: YES_OR_NO,
  tlsVerifyCert: YES_OR_NO,
  tlsCAFile: FILE,
  userCertFile: FILE,
  userKeyFile: FILE,
  keepAliveInterval: NUMBER,
  keepAliveTimeout: NUMBER,
  gossipTimeout: NUMBER,
  discoveryInterval: NUMBER,
  maxDiscoverAttempts: NUMBER,
  connectionName: { is: (value) => /^[\w.-]+$/.test(value), rule: 'is letters, digits, dots, hyphens and underscores' },
};

/** Whether a text names a cluster rather than an embedded engine. */
export function isKurrentAddress(text: string): boolean {
  return SCHEME.test(text);
}

/**
 * Reads `esdb://[user:password@]host[:port][,host…][?tls=…&tlsCAFile=…&stream=…]`, also `esdb+discover://` and
 * `kurrentdb://`. @throws `invalid_config` that names what is wrong, and never the password
 */
export function readKurrentAddress(text: string): KurrentAddress {
  const scheme = SCHEME.exec(text);
  if (scheme === null) throw invalid('it begins with esdb://, esdb+discover:// or kurrentdb://');
  const [place = '', query = ''] = text.slice(scheme[0].length).split('?', 2) as [string, string?];
  const [hosts = '', user, ...rest] = place.replace(/\/$/, '').split('@').toReversed();
  if (rest.length > 0) throw invalid('what is no letter or digit in user and password is percent-encoded (%40 for @)');
  for (const host of hosts.split(',')) {
    const port = HOST.exec(host);
    if (port === null || Number(port[1] ?? 0) > 65_535)
      throw invalid('its hosts are host or host:port, with commas between');
  }
  const parameters = readParameters(query);
  if (user !== undefined) requireSendable(user, parameters.get('tls'));
  if (parameters.has('userCertFile') !== parameters.has('userKeyFile')) {
    throw invalid('userCertFile and userKeyFile come together');
  }
  const stream = parameters.get('stream') ?? DEFAULT_STREAM;
  parameters.delete('stream');
  const options = [...parameters].map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  // With throwOnAppendFailure off the client names a wrong revision; who writes must write to the leader.
  options.push('throwOnAppendFailure=true', 'nodePreference=leader');
  const login = user === undefined ? '' : `${user}@`;
  return { connection: `esdb${scheme[1] ?? ''}://${login}${hosts}?${options.join('&')}`, hosts, stream };
}

/** An address as it may be shown: without user and password. */
export function shownKurrentAddress(text: string): string {
  return text.replace(/\/\/.*@/, '//');
}

function readParameters(query: string): Map<string, string> {
  const read = new Map<string, string>();
  for (const part of query.split('&').filter((one) => one !== '')) {
    const [name = '', ...rest] = part.split('=');
    const known = Object.keys(PARAMETERS).find((one) => one.toLowerCase() === name.toLowerCase());
    if (known === undefined) throw invalid(`its parameters are ${Object.keys(PARAMETERS).join(', ')}, and not ${name}`);
    if (read.has(known)) throw invalid(`${known} stands in it once`);
    const value = decoded(rest.join('='), known);
    const { is, rule } = PARAMETERS[known]!;
    if (!is(value)) throw invalid(`${known} ${rule}`);
    read.set(known, value);
  }
  return read;
}

function decoded(value: string, name: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw invalid(`${name} is percent-encoded`);
  }
}

function requireSendable(user: string, tls: string | undefined): void {
  if (!/^[^:]+:[^:]+$/.test(user)) throw invalid('before the @ stand user:password, percent-encoded');
  if (tls === 'false') throw invalid('user and password are sent over TLS alone: leave out tls=false, or them');
}

function invalid(rule: string): LedgerlineError {
  return new LedgerlineError('invalid_config', `The address of the ledger is not valid: ${rule}.`, { rule });
}
