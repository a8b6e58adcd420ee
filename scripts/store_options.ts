import { type ParseArgsConfig, parseArgs } from 'node:util';
import { z } from 'zod';
import { LedgerlineError } from '../src/errors.ts';

type Env = Readonly<Record<string, string | undefined>>;
type Flags = NonNullable<ParseArgsConfig['options']>;

/** The port on which `npm start` serves with the same environment, unless it is to take any free one. */
export const PORT = Number(process.env.LEDGERLINE_PORT) > 0 ? process.env.LEDGERLINE_PORT! : '8080';
const HERE = `http://127.0.0.1:${PORT}`;

/** What every command that asks a running store takes beside its own flags. */
export const STORE_FLAGS = {
  url: { type: 'string', default: HERE },
  key: { type: 'string' },
  secret: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const satisfies Flags;

/** The lines of a command's help about where the store is and who asks it. */
export const STORE_HELP = `\
  --url URL              where the store is, without /xapi (default, by LEDGERLINE_PORT:
                         ${HERE})
  --key KEY              the credential's key (default: LEDGERLINE_KEY)
  --secret SECRET        the credential's secret (default: LEDGERLINE_SECRET, which other users of this machine
                         cannot read as they can a command line)`;

const text = z.string().min(1);

/** What the flags of `STORE_FLAGS` can be. */
export const STORE_SHAPE = {
  url: z.string().refine((url) => /^https?:$/.test(URL.parse(url)?.protocol ?? '')),
  key: text,
  secret: text,
  'dry-run': z.boolean(),
};

/** Reads a command line. @throws LedgerlineError `invalid_parameter` for a flag that is unknown or lacks its value */
export function parseFlags<F extends Flags>(args: string[], flags: F) {
  try {
    return parseArgs({ args, allowPositionals: true, options: flags });
  } catch (error) {
    throw wrong((error as Error).message);
  }
}

/** The one file (or folder) of a command line. @throws LedgerlineError `invalid_parameter` */
export function onlyFile([file, ...others]: readonly string[]): string {
  if (file === undefined) throw wrong('FILE is missing');
  if (others.length > 0) throw wrong(`one FILE at a time; ${others.join(' ')} is too much`);
  return file;
}

/**
 * Checks what was given; key and secret come from the environment where the command line has none.
 * @param needsCredential whether the command will ask the store at all
 * @throws LedgerlineError `invalid_parameter` that names the wrong flag
 */
export function checkOptions<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  given: Readonly<Record<string, unknown>>,
  env: Env,
  needsCredential: boolean,
): z.output<z.ZodObject<Shape>> {
  const key = env.LEDGERLINE_KEY ?? (needsCredential ? undefined : 'none');
  const secret = env.LEDGERLINE_SECRET ?? (needsCredential ? undefined : 'none');
  const options = schema.safeParse({ key, secret, ...given });
  if (options.success) return options.data;
  const name = String(options.error.issues[0]!.path[0]);
  if (name === 'key' || name === 'secret') throw wrong(`--${name} (or LEDGERLINE_${name.toUpperCase()}) is missing`);
  throw wrong(`--${name} cannot be ${given[name]}`);
}

/** What is wrong with a command line. */
export function wrong(what: string): LedgerlineError {
  return new LedgerlineError('invalid_parameter', `${what} (see --help)`);
}
