import { LedgerlineError } from '../../errors.ts';

/** Where a cluster's ledger is. */
export interface KurrentAddress {
  /** The client's connection string, user and password included. */
  readonly connection: string;
  /** The stream that is the ledger; blobs stand in streams whose names begin with it. */
  readonly stream: string;
}

const SCHEME = /^(?:esdb|kurrentdb)(\+discover)?:\/\//;
const DEFAULT_STREAM = 'ledgerline';
/** What is ours in the address, and what is not for the operator to choose. */
const STREAM = 'stream';
const FIXED = ['throwonappendfailure', 'nodepreference'];

/** Whether a text names a cluster rather than an embedded engine. */
export function isKurrentAddress(text: string): boolean {
  return SCHEME.test(text);
}

/**
 * Reads `esdb://[user:password@]host[:port][,host…][?tls=…&tlsCAFile=…&stream=…]`, also `esdb+discover://` and
 * `kurrentdb://`. The parameter `stream` is ours (default `ledgerline`), the others are the client's.
 * @throws `invalid_config`
 */
export function readKurrentAddress(text: string): KurrentAddress {
  const scheme = SCHEME.exec(text);
  if (scheme === null) throw invalid('it begins with esdb://, esdb+discover:// or kurrentdb://');
  const [hosts = '', query = ''] = text.slice(scheme[0].length).split('?', 2) as [string, string?];
  if (hosts.replace(/\/$/, '') === '') throw invalid('it names a host');
  const parameters = query.split('&').filter((one) => one !== '');
  const named = (one: string) => one.split('=', 1)[0]!.toLowerCase().replaceAll(/[_-]/g, '');
  const stream = decodeURIComponent(
    parameters.find((one) => named(one) === STREAM)?.slice(STREAM.length + 1) ?? DEFAULT_STREAM,
  );
  if (!/^[A-Za-z0-9][\w.-]{0,63}$/.test(stream)) {
    throw invalid('stream is up to 64 letters, digits, dots, hyphens and underscores');
  }
  const client = parameters.filter((one) => named(one) !== STREAM && !FIXED.includes(named(one)));
  // With throwOnAppendFailure off the client names a wrong revision; who writes must write to the leader.
  const options = [...client, 'throwOnAppendFailure=true', 'nodePreference=leader'];
  return { connection: `esdb${scheme[1] ?? ''}://${hosts.replace(/\/$/, '')}?${options.join('&')}`, stream };
}

/** An address as it may be shown: without user and password. */
export function shownKurrentAddress(text: string): string {
  return text.replace(/\/\/[^@/]*@/, '//');
}

function invalid(rule: string): LedgerlineError {
  return new LedgerlineError('invalid_config', `The address of the ledger is not valid: ${rule}.`, { rule });
}
