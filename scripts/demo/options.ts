import { z } from 'zod';
import { checkOptions, PORT, parseFlags, STORE_FLAGS, STORE_SHAPE, wrong } from '../store_options.ts';

export const HELP = `Usage: npm run demo -- [options]

Starts a store of its own, declares the example policy of mandatory learning, makes a population with years of learning
through the HTTP API, and prints three links worth opening. The store then runs until Ctrl-C, which removes it again.

  --people N             how many people there are (default: 5000)
  --seed N               another population for each number (default: 1)
  --port N               where the store listens; 0 takes any free port (default: LEDGERLINE_PORT, or 8080)
  --data FOLDER          where the store keeps its data; the folder stays (default: one in the system's folder for
                         temporary files, which is removed at the end)
  --keep                 the temporary folder stays, too
  --exit                 end when all is loaded
  --url URL              load a store that runs already, without /xapi, instead of starting one; with its --data it gets
                         credentials for each role, without it the credential given does everything
  --key KEY              the key of a credential with all scopes, for --url (default: LEDGERLINE_KEY)
  --secret SECRET        its secret (default: LEDGERLINE_SECRET)
  --help

Exit code: 0 when all went well, 1 when something was refused or the store could not be started, 2 when the options are
wrong, 130 when Ctrl-C came before the end of the load.
`;

const count = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max));

const schema = z.object({
  key: STORE_SHAPE.key,
  secret: STORE_SHAPE.secret,
  url: STORE_SHAPE.url.optional(),
  people: count(1, 99_000),
  seed: count(0, 999_999_999),
  port: count(0, 65_535),
  data: z.string().min(1).optional(),
  keep: z.boolean(),
  exit: z.boolean(),
});

const FLAGS = {
  url: { type: 'string' },
  key: STORE_FLAGS.key,
  secret: STORE_FLAGS.secret,
  people: { type: 'string', default: '5000' },
  seed: { type: 'string', default: '1' },
  port: { type: 'string', default: PORT },
  data: { type: 'string' },
  keep: { type: 'boolean', default: false },
  exit: { type: 'boolean', default: false },
  help: STORE_FLAGS.help,
} as const;

export type DemoOptions = z.output<typeof schema>;

/**
 * The options of a command line; `help` when that is what it asks for.
 * @param args the arguments after the script's name
 * @param env where LEDGERLINE_KEY and LEDGERLINE_SECRET are looked for
 * @throws LedgerlineError `invalid_parameter` that names the wrong option
 */
export function readOptions(args: string[], env: Readonly<Record<string, string | undefined>>): DemoOptions | 'help' {
  const { values, positionals } = parseFlags(args, FLAGS);
  if (values.help) return 'help';
  if (positionals.length > 0) throw wrong(`there is no argument ${positionals[0]}`);
  return checkOptions(schema, values, env, values.url !== undefined);
}
