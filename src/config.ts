import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import {
  baseUrl,
  byteSize,
  ledgerName,
  listOf,
  proxyAddress,
  rolesByClaim,
  SIGNATURE_ALGORITHMS,
  secureAddress,
  signatureAlgorithm,
  text,
  webOrigin,
  wholeNumber,
} from './config_values.ts';
import { LedgerlineError } from './errors.ts';
import { ROLE_FORMS } from './identity/roles.ts';
import { nearestName } from './nearest_name.ts';

const PREFIX = 'LEDGERLINE_';
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** What a reader of the help, or of an error, is told about a setting. */
interface About {
  /** What the setting is for. */
  readonly purpose: string;
  /** What a value must be. */
  readonly rule: string;
  /** The default as it would be written, or what happens without a value. */
  readonly without: string;
  /** The value must never be shown. */
  readonly secret?: true;
}

const documented = z.registry<About>();

function setting<Out, In>(value: z.ZodType<Out, In>, byDefault: In & (string | number), about: Omit<About, 'without'>) {
  return value.prefault(byDefault as never).register(documented, { ...about, without: String(byDefault) });
}

function optionalSetting<Out, In>(value: z.ZodType<Out, In>, about: About) {
  return value.optional().register(documented, about);
}

const settings = z.strictObject({
  host: setting(text(255), '127.0.0.1', {
    purpose: 'The address to listen on; 0.0.0.0 or :: for every address of the machine.',
    rule: 'an IP address or a host name',
  }),
  port: setting(wholeNumber(0, 65_535), 8080, {
    purpose: 'The TCP port to listen on; 0 takes any free one.',
    rule: 'a whole number from 0 to 65535',
  }),
  data: setting(text(4096), './data', {
    purpose: 'The folder of everything that the store keeps.',
    rule: 'the path of a folder; it is made when it is missing',
  }),
  ledger: setting(ledgerName(), 'sqlite', {
    purpose:
      'The engine that keeps the events: a file, memory (forgets everything when the process ends), a KurrentDB.',
    rule: 'sqlite, memory, or the address of a cluster: esdb://[user:password@]host:port[,host:port…][?tls=…&stream=…]',
  }),
  ledgerTimeout: setting(wholeNumber(100, 600_000), 5_000, {
    purpose:
      'How many milliseconds a cluster has to answer; an append after that is looked for before it is made again.',
    rule: 'a whole number from 100 to 600000; about clusters alone',
  }),
  maxWait: setting(wholeNumber(100, 600_000), 10_000, {
    purpose: 'How many milliseconds a request waits for a cluster to store it before it is answered 503.',
    rule: 'a whole number from 100 to 600000; about clusters alone',
  }),
  maxAppend: setting(byteSize(2 ** 16, 2 ** 26), '1MiB', {
    purpose: "The cluster's limit for one append, and so for what one request stores.",
    rule: 'a size from 64KiB to 64MiB, as bytes or with a unit; about clusters alone',
  }),
  maxLag: setting(wholeNumber(1, 86_400), 30, {
    purpose: 'A node of a cluster is ready when it had everything so many seconds ago, or later.',
    rule: 'a whole number from 1 to 86400; about clusters alone',
  }),
  clockTolerance: setting(wholeNumber(0, 600_000), 1_000, {
    purpose: 'How many milliseconds the clocks of the nodes that share a cluster may be apart.',
    rule: 'a whole number from 0 to 600000; about clusters alone',
  }),
  key: optionalSetting(text(256).regex(/^[^:]*$/), {
    purpose: 'The key (user name) of the first credential, which has every scope.',
    rule: 'up to 256 visible characters or spaces without a colon, together with LEDGERLINE_SECRET',
    without: '(generated)',
  }),
  secret: optionalSetting(text(256), {
    purpose: 'The secret (password) of the first credential.',
    rule: 'up to 256 visible characters or spaces, together with LEDGERLINE_KEY',
    without: '(generated)',
    secret: true,
  }),
  xapiVersion: setting(z.enum(['1.0.3', '2.0.0']), '1.0.3', {
    purpose: 'The version that an answer names when its request names none.',
    rule: '1.0.3 or 2.0.0',
  }),
  publicUrl: optionalSetting(baseUrl(), {
    purpose: 'Where clients reach the store, when that is not where it listens: https://lrs.example.org/prefix',
    rule: 'an http or https address, a path prefix included, without query, fragment or credentials',
    without: '(as requested)',
  }),
  trustedProxies: setting(listOf(proxyAddress()), 'none', {
    purpose: 'The reverse proxies whose X-Forwarded-* headers are believed.',
    rule: 'none, or IP addresses, networks (10.0.0.0/8) and the word loopback, with commas between',
  }),
  maxBody: setting(byteSize(2 ** 10, 2 ** 28), '16MiB', {
    purpose: 'The largest JSON body of one request.',
    rule: 'a size from 1KiB to 256MiB, as bytes or with a unit (kB, MB, KiB, MiB)',
  }),
  maxAttachments: setting(byteSize(2 ** 10, 2 ** 36), '256MiB', {
    purpose: 'The largest total of the attachments in one request.',
    rule: 'a size from 1KiB to 64GiB, as bytes or with a unit (kB, MB, GB, KiB, MiB, GiB)',
  }),
  supersededBlobs: setting(z.enum(['keep', 'drop']), 'keep', {
    purpose: 'Whether the contents of large documents that were replaced or deleted since are dropped at a start.',
    rule: 'keep or drop; drop also removes blobs that nothing names, and no event',
  }),
  queueLimit: setting(wholeNumber(1, 10_000_000), 20_000, {
    purpose: 'How many statements may wait to be stored before more are answered 503.',
    rule: 'a whole number from 1 to 10000000',
  }),
  readers: setting(wholeNumber(1, 256), Math.max(1, availableParallelism() - 1), {
    purpose: 'How many threads answer queries; by default one fewer than there are cores.',
    rule: 'a whole number from 1 to 256',
  }),
  logLevel: setting(z.enum(LOG_LEVELS), 'info', {
    purpose: 'The least severe message that is logged.',
    rule: `one of ${LOG_LEVELS.join(', ')}`,
  }),
  corsOrigins: setting(z.union([z.literal('*'), listOf(webOrigin())]), '*', {
    purpose: 'The web pages that may use the store from a browser.',
    rule: '*, none, or origins (https://portal.example.org) with commas between',
  }),
  oidcIssuer: optionalSetting(
    secureAddress().refine((address) => !address.includes('?')),
    {
      purpose: 'The OpenID Connect issuer whose access tokens are taken at /api, exactly as its tokens name it.',
      rule: 'an https address (http on this machine) without query, fragment or credentials, together with LEDGERLINE_OIDC_AUDIENCE',
      without: '(no tokens)',
    },
  ),
  oidcAudience: optionalSetting(text(1024), {
    purpose: 'What tokens name this store in their audience.',
    rule: 'up to 1024 visible characters or spaces, together with LEDGERLINE_OIDC_ISSUER',
    without: '(no tokens)',
  }),
  oidcAlgorithms: setting(listOf(signatureAlgorithm()).pipe(z.array(z.string()).min(1)), 'RS256,ES256,PS256,EdDSA', {
    purpose: 'The algorithms by which tokens may be signed.',
    rule: `one or more of ${SIGNATURE_ALGORITHMS.join(', ')}, with commas between`,
  }),
  oidcRolesClaim: setting(text(256), 'roles', {
    purpose: 'The claim that LEDGERLINE_OIDC_ROLES maps: a list, or a text with spaces between its values.',
    rule: 'the name of a claim; where there is none of that name, a dot goes into an object: realm_access.roles',
  }),
  oidcRoles: optionalSetting(rolesByClaim(), {
    purpose: 'The roles that each value of the claim gives: {"hr-unhq": ["agency-editor:unhq"]}.',
    rule: `a JSON object from a value to a role or a list of roles: ${Object.values(ROLE_FORMS).join(', ')}`,
    without: '(no value gives a role)',
  }),
  oidcPersonClaim: optionalSetting(text(256), {
    purpose: 'The claim that holds the id of the person who asks, which makes the caller that learner.',
    rule: 'the name of a claim, as for LEDGERLINE_OIDC_ROLES_CLAIM',
    without: '(no learners)',
  }),
  claimProofs: setting(listOf(z.enum(['oidc-email'])), 'none', {
    purpose: "What confirms a learner's claim on an account at once; oidc-email: the token's verified e-mail address.",
    rule: 'none or oidc-email',
  }),
  config: optionalSetting(text(4096), {
    purpose: 'A JSON file of settings, named without prefix in lower case: {"port": 8080}; the environment wins.',
    rule: 'the path of a file that holds one JSON object; not to be set in the file itself',
    without: '(no file)',
  }),
});

/**
 * The settings of one store, checked and complete. Sizes are bytes. `key` and `secret` are both there or both
 * missing; `publicUrl` has no slash at its end; `corsOrigins` is `*` or a list of origins.
 */
export type Config = Readonly<z.output<typeof settings>>;

type SettingName = keyof typeof settings.shape;
const NAMES = Object.keys(settings.shape) as SettingName[];

/** Settings that come together or not at all. */
const PAIRS: readonly (readonly [SettingName, SettingName])[] = [
  ['key', 'secret'],
  ['oidcIssuer', 'oidcAudience'],
];
/** Settings that mean nothing without an issuer. */
const OF_ISSUER = ['oidcAlgorithms', 'oidcRolesClaim', 'oidcRoles', 'oidcPersonClaim', 'claimProofs'] as const;
const isOff = (value: unknown) => value === 'none' || (Array.isArray(value) && value.length === 0);

const inFile = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const inEnvironment = (name: string) => PREFIX + inFile(name).toUpperCase();

/** A value as it was found, and what its finder calls it. */
interface Found {
  readonly value: unknown;
  readonly name: string;
}
type FoundSettings = Map<SettingName, Found>;

/**
 * The configuration from environment variables and the JSON file that LEDGERLINE_CONFIG may name; the environment
 * wins. A variable with an empty value counts as not set.
 * @param env as in `process.env`; names without the prefix LEDGERLINE_ are not looked at
 * @throws LedgerlineError `invalid_config` that lists everything wrong at once: each name, value (never a secret),
 *   rule and default, and for an unknown name the nearest known one
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = [];
  const variables = Object.entries(env).filter(([name, value]) => name.startsWith(PREFIX) && value !== '');
  const found = gather(variables, inEnvironment, (name) => name, problems);
  const path = found.get('config')?.value;
  if (typeof path === 'string') {
    const entries = readConfigFile(path, problems);
    const fromFile = gather(entries, inFile, (name) => `"${name}" in ${path}`, problems);
    for (const [name, value] of fromFile) if (!found.has(name)) found.set(name, value);
  }
  const values = Object.fromEntries([...found].map(([name, { value }]) => [name, value]));
  const result = settings.safeParse(values);
  const wrong = new Map(result.error?.issues.map((issue) => [issue.path[0] as SettingName, issue]));
  for (const [name, issue] of wrong) problems.push(problemOf(name, issue, found));
  for (const pair of PAIRS) {
    const [given, missing] = found.has(pair[0]) ? pair : pair.toReversed();
    if (found.has(given!) === found.has(missing!)) continue;
    problems.push(`${found.get(given!)!.name} is set and ${inEnvironment(missing!)} is not: set both or neither`);
  }
  for (const name of OF_ISSUER) {
    if (!found.has(name) || found.has('oidcIssuer') || isOff(found.get(name)!.value)) continue;
    problems.push(`${found.get(name)!.name} is set and ${inEnvironment('oidcIssuer')} is not: it is about its tokens`);
  }
  if (problems.length > 0 || !result.success) {
    throw new LedgerlineError(
      'invalid_config',
      `The configuration is wrong:\n${problems.map((p) => `- ${p}`).join('\n')}`,
    );
  }
  return result.data;
}

/** Every setting with its default, purpose and rule, as text for a terminal. */
export function describeConfig(): string {
  const rows = NAMES.map((name) => ({ name: inEnvironment(name), about: documented.get(settings.shape[name])! }));
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const defaultWidth = Math.max(...rows.map(({ about }) => about.without.length), 'default'.length);
  const line = (name: string, byDefault: string, rest: string) =>
    `  ${name.padEnd(nameWidth)}  ${byDefault.padEnd(defaultWidth)}  ${rest}\n`;
  return rows.reduce(
    (table, { name, about }) =>
      table + line(name, about.without, about.purpose) + line('', '', `Value: ${about.rule}.`),
    line('variable', 'default', 'purpose'),
  );
}

function gather(
  entries: readonly (readonly [string, unknown])[],
  spell: (name: string) => string,
  cite: (name: string) => string,
  problems: string[],
): FoundSettings {
  const known = new Map(NAMES.map((name) => [spell(name), name]));
  const found: FoundSettings = new Map();
  for (const [written, value] of entries) {
    const name = known.get(written);
    if (name !== undefined) found.set(name, { value, name: cite(written) });
    else {
      const nearest = nearestName(written, [...known.keys()]);
      problems.push(`${cite(written)} is no setting${nearest === undefined ? '' : `; did you mean ${nearest}?`}`);
    }
  }
  return found;
}

function readConfigFile(path: string, problems: string[]): [string, unknown][] {
  const refuse = (why: string) => {
    problems.push(`${inEnvironment('config')} is "${path}": ${why}`);
    return [];
  };
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    // A parser's message quotes the file, and the file may hold a secret.
    return refuse(error instanceof SyntaxError ? 'the file is not JSON' : (error as Error).message);
  }
  const object = z.record(z.string(), z.unknown()).safeParse(content);
  if (!object.success) return refuse('the file does not hold a JSON object');
  if (Object.hasOwn(object.data, 'config')) return refuse('the file must not name another file ("config")');
  return Object.entries(object.data);
}

function problemOf(setting: SettingName, issue: z.core.$ZodIssue, found: FoundSettings): string {
  const about = documented.get(settings.shape[setting])!;
  const { name, value } = found.get(setting) ?? { name: inEnvironment(setting), value: undefined };
  const shown = about.secret ? '(not shown)' : withoutPassword(JSON.stringify(value));
  const reason = issue.code === 'custom' && issue.params?.reason ? `: ${issue.params.reason}` : '';
  return `${name} is ${shown}${reason}; it must be ${about.rule}; default: ${about.without}`;
}

/** A text with the user and password of any address in it taken out. */
function withoutPassword(shown: string): string {
  return shown.replace(/:\/\/[^/]*@/g, '://(not shown)@');
}
