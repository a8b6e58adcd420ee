import { z } from 'zod';
import { checkOptions, parseFlags, STORE_FLAGS, STORE_HELP, STORE_SHAPE, wrong } from '../store_options.ts';

export const HELP = `Usage: npm run audit -- [options]

Checks every snapshot of compliance that the credential may read (an auditor's: all): what was frozen is made anew from
the ledger, by the day and the revision of then, and compared by its digest. Says for each whether it is the same; where
it differs, in which people and requirements. Changes nothing.

${STORE_HELP}
  --snapshot ID          only this one; may come several times
  --json                 one JSON object a line, one for each snapshot, as GET /api/snapshots/ID/check answers
  --help

Exit code: 0 when all are the same, 1 when one differs or cannot be read, 2 when it could not be done.
`;

const { 'dry-run': _flag, ...storeFlags } = STORE_FLAGS;
const { 'dry-run': _value, ...storeShape } = STORE_SHAPE;

const FLAGS = {
  ...storeFlags,
  snapshot: { type: 'string', multiple: true, default: [] as string[] },
  json: { type: 'boolean', default: false },
} as const;

const optionsSchema = z.object({ ...storeShape, snapshot: z.array(z.string().min(1)), json: z.boolean() });

/** Which snapshots are checked, and how that is told. */
export type AuditOptions = Readonly<z.output<typeof optionsSchema>>;

/**
 * The options of a command line; `help` when that is what it asks for.
 * @param args the arguments after the script's name
 * @param env where LEDGERLINE_KEY and LEDGERLINE_SECRET are looked for
 * @throws LedgerlineError `invalid_parameter` that names the wrong option
 */
export function readOptions(args: string[], env: Readonly<Record<string, string | undefined>>): AuditOptions | 'help' {
  const { values, positionals } = parseFlags(args, FLAGS);
  if (values.help) return 'help';
  if (positionals.length > 0) throw wrong(`${positionals.join(' ')} is too much`);
  return checkOptions(optionsSchema, values, env, true);
}
