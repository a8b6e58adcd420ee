import { z } from 'zod';
import { agentKey, parseAgentKey } from '../../src/xapi/identifiers.ts';
import { checkOptions, onlyFile, parseFlags, STORE_FLAGS, STORE_HELP, STORE_SHAPE, wrong } from '../store_options.ts';

export const HELP = `Usage: npm run policy -- FILE|FOLDER [options]

Declares what FILE, or each *.json file of FOLDER, says to a running store, through its HTTP API:
{ "agencies": […], "platforms": […], "courses": […], "equivalences": […], "ladders": […], "requirements": […],
"waivers": […], "paths": […], "programmes": […] }, any of them, each element with its id
(schemas/api/policy-file.v1.json). Nothing is sent unless all files are right. What the store knows already with the
same content stays as it is.

${STORE_HELP}
  --authority P=AGENT    the authority under which this store keeps the statements of platform P, instead of those of
                         the file: mailto:…, account:HOMEPAGE|NAME, openid:… or sha1sum:…; may come several times. Of a
                         platform without authorities in the file, the store keeps those that it has
  --dry-run              read and check the files, declare nothing
  --help

Exit code: 0 when everything is declared, 1 when a file is wrong or the store refused something, 2 when it could not be
done.
`;

const optionsSchema = z.object({
  ...STORE_SHAPE,
  path: z.string().min(1),
  authority: z.array(z.string()),
});

const FLAGS = { ...STORE_FLAGS, authority: { type: 'string', multiple: true, default: [] as string[] } } as const;

/** What is to be declared, and where. */
export interface PolicyOptions extends Omit<z.output<typeof optionsSchema>, 'authority'> {
  /** The authorities (`agentKey`s) that platforms (ids) get instead of those of the files. */
  readonly authorities: ReadonlyMap<string, readonly string[]>;
}

/**
 * The options of a command line; `help` when that is what it asks for.
 * @param args the arguments after the script's name
 * @param env where LEDGERLINE_KEY and LEDGERLINE_SECRET are looked for
 * @throws LedgerlineError `invalid_parameter` that names the wrong option
 */
export function readOptions(args: string[], env: Readonly<Record<string, string | undefined>>): PolicyOptions | 'help' {
  const { values, positionals } = parseFlags(args, FLAGS);
  if (values.help) return 'help';
  const path = onlyFile(positionals);
  const { authority, ...options } = checkOptions(optionsSchema, { path, ...values }, env, !values['dry-run']);
  return { ...options, authorities: authoritiesOf(authority) };
}

function authoritiesOf(written: readonly string[]): Map<string, string[]> {
  const authorities = new Map<string, string[]>();
  for (const text of written) {
    // The agent's text may contain an equals sign itself, an id does not.
    const [, platform, agentText] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    const agent = agentText === undefined ? undefined : parseAgentKey(agentText);
    if (platform === undefined || agent === undefined) throw wrong(`--authority cannot be ${text}`);
    authorities.set(platform, [...(authorities.get(platform) ?? []), agentKey(agent)!]);
  }
  return authorities;
}
