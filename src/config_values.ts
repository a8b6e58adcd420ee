import { isIP } from 'node:net';
import { z } from 'zod';
import type { LedgerlineError } from './errors.ts';
import { type Grant, parseGrant } from './identity/roles.ts';
import { isKurrentAddress, readKurrentAddress } from './ledger/kurrentdb/address.ts';

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/** A text without control characters, of 1 to `longest` characters. */
export function text(longest: number) {
  return z
    .string()
    .max(longest)
    .regex(/^\P{Cc}+$/u);
}

/** A whole number from `least` to `most`: a JSON number, or decimal digits as the environment holds them. */
export function wholeNumber(least: number, most: number) {
  const digits = z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number);
  return z.union([z.int(), digits]).pipe(z.int().min(least).max(most));
}

/** A size in bytes: a whole number, or one with a unit (kB, MB, GB: powers of 1000; KiB, MiB, GiB: powers of 1024). */
export function byteSize(least: number, most: number) {
  const withUnit = z.string().transform((written, context) => {
    const [, digits, unit] = /^(\d{1,15}) ?([kKMG]?i?B?)$/.exec(written) ?? [];
    const factor = unit === undefined ? undefined : UNITS[unit];
    if (factor !== undefined) return Number(digits) * factor;
    context.addIssue({ code: 'invalid_format', format: 'byte size', input: written });
    return z.NEVER;
  });
  return z.union([z.int(), withUnit]).pipe(z.int().min(least).max(most));
}

/** A list: a JSON array of texts, or one text with commas between the items; the text `none` is the empty list. */
export function listOf<Item>(item: z.ZodType<Item, string>) {
  const commaSeparated = z
    .string()
    .transform((written) => (written.trim() === 'none' ? [] : written.split(',').map((part) => part.trim())));
  return z.union([z.array(z.string()), commaSeparated]).pipe(z.array(item));
}

/** `loopback`, an IP address, or a network as address/prefix length: what a reverse proxy can be known by. */
export function proxyAddress() {
  return z.string().refine((written) => {
    if (written === 'loopback') return true;
    const [, address, prefix] = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(written) ?? [];
    const family = isIP(address ?? '');
    return family !== 0 && Number(prefix ?? 0) <= (family === 4 ? 32 : 128);
  });
}

/** The origin of a web page as browsers send it: scheme, host and port, nothing after them. */
export function webOrigin() {
  return z.string().refine((written) => URL.canParse(written) && new URL(written).origin === written);
}

/** An http or https address without query, fragment or credentials; a slash at its end is taken off. */
export function baseUrl() {
  return z
    .string()
    .refine((written) => {
      if (!URL.canParse(written) || /[?#]/.test(written)) return false;
      const url = new URL(written);
      return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
    })
    .transform((written) => new URL(written).href.replace(/\/+$/, ''));
}

/** An https address, or an http one of this machine, without fragment or credentials; kept as it is written. */
export function secureAddress() {
  return z.string().refine((written) => {
    if (!URL.canParse(written) || written.includes('#')) return false;
    const { protocol, hostname, username, password } = new URL(written);
    const isHere = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
    return (protocol === 'https:' || (protocol === 'http:' && isHere)) && username === '' && password === '';
  });
}

/**
 * Signatures by the holder of a private key. With HMAC (HS256 …), whoever can verify a token could make one; `none` is
 * no signature.
 */
export const SIGNATURE_ALGORITHMS: readonly string[] = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/** One of `SIGNATURE_ALGORITHMS`; why others are not is told. */
export function signatureAlgorithm() {
  return z.string().superRefine((name, context) => {
    if (SIGNATURE_ALGORITHMS.includes(name)) return;
    if (/^none$/i.test(name)) refuse(context, "a token without a signature is nobody's word");
    else if (/^HS\d+$/i.test(name)) refuse(context, 'whoever knows a shared secret could make tokens');
    else refuse(context, `there is no algorithm ${name}`);
  });
}

/** The values of a claim with the roles that each gives: a JSON object, or its text. */
export function rolesByClaim() {
  const object = z.unknown().transform((written, context): unknown => {
    if (typeof written !== 'string') return written;
    try {
      return JSON.parse(written);
    } catch {
      return refuse(context, 'it is not JSON');
    }
  });
  const texts = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
  return object.pipe(texts).transform((byValue, context) => {
    const roles = new Map<string, readonly Grant[]>();
    for (const [value, given] of Object.entries(byValue)) {
      const grants = [given].flat().map((text) => parseGrant(text) ?? refuse(context, `there is no role ${text}`));
      roles.set(value, grants);
    }
    return roles;
  });
}

function refuse(context: z.core.$RefinementCtx, reason: string): never {
  context.addIssue({ code: 'custom', params: { reason } });
  return z.NEVER;
}

/** An engine that is embedded, or the address of a cluster. */
export function ledgerName() {
  return z.string().superRefine((given, context) => {
    if (given === 'sqlite' || given === 'memory') return;
    try {
      if (isKurrentAddress(given)) readKurrentAddress(given);
      else context.addIssue({ code: 'custom' });
    } catch (error) {
      context.addIssue({ code: 'custom', params: { reason: (error as LedgerlineError).details.rule } });
    }
  });
}
