import { z } from 'zod';
import { checkOptions, onlyFile, parseFlags, STORE_FLAGS, STORE_HELP, STORE_SHAPE } from '../store_options.ts';

export const HELP = `Usage: npm run import -- FILE [options]

Posts the statements of FILE to a running store, through its HTTP API.
FILE holds one JSON statement a line (NDJSON) or one JSON array of statements, gzipped or not; - is standard input.

${STORE_HELP}
  --batch N              statements in one request, 1 to 10000 (default: 50)
  --connections N        requests at the same time, 1 to 64 (default: 4)
  --xapi-version V       1.0.3 or 2.0.0 (default: 1.0.3)
  --state FILE           where to keep how far the import is (default: FILE.import-state.json; none for -)
  --report FILE          where to write what is refused, as one JSON object a line
  --dry-run              read and check FILE, post nothing
  --help

A statement that the store refuses is reported on standard error with its line (or, of an array, its element), the
property, the rule and where the rule stands; the others get in. When the import is stopped, the same command resumes
it. To post a statement twice does no harm: a store takes the same statement once. A statement without an id gets one
that depends on FILE's beginning, the line and its text.

Exit code: 0 when every statement is in, 1 when some were refused, 2 when the import could not be done.
`;

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.int().min(least).max(most));

const text = z.string().min(1);

const optionsSchema = z.object({
  ...STORE_SHAPE,
  file: text,
  batch: wholeNumber(1, 10_000),
  connections: wholeNumber(1, 64),
  'xapi-version': z.enum(['1.0.3', '2.0.0']),
  state: text.optional(),
  report: text.optional(),
});

const FLAGS = {
  ...STORE_FLAGS,
  batch: { type: 'string', default: '50' },
  connections: { type: 'string', default: '4' },
  'xapi-version': { type: 'string', default: '1.0.3' },
  state: { type: 'string' },
  report: { type: 'string' },
} as const;

/** What an import is to do. */
export type ImportOptions = Readonly<z.output<typeof optionsSchema>>;

/**
 * The options of a command line; `help` when that is what it asks for.
 * @param args the arguments after the script's name
 * @param env where LEDGERLINE_KEY and LEDGERLINE_SECRET are looked for
 * @throws LedgerlineError `invalid_parameter` that names the wrong option
 */
export function readOptions(args: string[], env: Readonly<Record<string, string | undefined>>): ImportOptions | 'help' {
  const { values, positionals } = parseFlags(args, FLAGS);
  if (values.help) return 'help';
  const file = onlyFile(positionals);
  const state = file === '-' ? undefined : `${file}.import-state.json`;
  return checkOptions(optionsSchema, { file, state, ...values }, env, !values['dry-run']);
}
