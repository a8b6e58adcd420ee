import { z } from 'zod';
import { COLUMNS } from '../../src/learning/roster_columns.ts';
import { checkOptions, onlyFile, parseFlags, STORE_FLAGS, STORE_HELP, STORE_SHAPE } from '../store_options.ts';

export const HELP = `Usage: npm run roster -- FILE [options]

Records the facts about people that FILE says in a running store, through its HTTP API. FILE is CSV with a header line
(commas, or semicolons) or a JSON array of objects with the same names, gzipped or not; - is standard input.

Columns (person, agency and from are needed):
  ${COLUMNS.slice(0, 9).join(', ')},
  ${COLUMNS.slice(9).join(', ')}

A line says what was so of a person in an agency from a day to a day (YYYY-MM-DD; without "to": without end), and that
the person is assigned to the agency, unless the column assigned says no. Roles are separated by |. A JSON array may
hold facts as well: { "place": …, "name": …, "key": …, "value": …, "from": … }, of places or of persons.

${STORE_HELP}
  --dry-run              record nothing, print the facts that would be recorded, one JSON object a line
  --help

Nothing is recorded unless the whole file is right. The same file twice changes nothing: what was stopped is taken up
again by the same command.

Exit code: 0 when all is recorded, 1 when the file is wrong or the store refused something, 2 when it could not be done.
`;

const optionsSchema = z.object({ ...STORE_SHAPE, file: z.string().min(1) });

/** What a roster's import is to do. */
export type RosterOptions = Readonly<z.output<typeof optionsSchema>>;

/**
 * The options of a command line; `help` when that is what it asks for.
 * @param args the arguments after the script's name
 * @param env where LEDGERLINE_KEY and LEDGERLINE_SECRET are looked for
 * @throws LedgerlineError `invalid_parameter` that names the wrong option
 */
export function readOptions(args: string[], env: Readonly<Record<string, string | undefined>>): RosterOptions | 'help' {
  const { values, positionals } = parseFlags(args, STORE_FLAGS);
  if (values.help) return 'help';
  return checkOptions(optionsSchema, { file: onlyFile(positionals), ...values }, env, true);
}
