import { askPatiently, noticesOf } from '../import/patience.ts';
import { createStoreClient } from '../store_client.ts';
import { declare } from './declare.ts';
import { type Declaration, ID_MEMBER, nameOf, placeText, readPolicy } from './files.ts';
import type { PolicyOptions } from './options.ts';
import { inOrderOfReferences } from './order.ts';

/** A minute of waiting in which the store answers nothing is enough to give up. */
const PATIENCE_MS = 60_000;

/**
 * Declares the policy of the files as the options say: what became of each on standard output, errors and refusals on
 * standard error.
 * @returns the exit code: 0 all declared, 1 a file is wrong or something was refused
 * @throws the system's error when a file cannot be read; LedgerlineError when the store cannot be asked
 */
export async function declarePolicy(options: PolicyOptions): Promise<number> {
  const { declarations, errors } = await readPolicy(options.path);
  const unknown = [...options.authorities.keys()].filter(
    (platform) => !declarations.some(({ kind, id }) => kind === 'platforms' && id === platform),
  );
  for (const { rule, ...place } of errors) console.error(`${placeText(place)}: ${rule}`);
  // With a file that is wrong, nobody knows which platforms there are.
  if (errors.length === 0) for (const platform of unknown) console.error(`--authority: no file declares ${platform}`);
  if (errors.length > 0 || unknown.length > 0) return 1;
  if (options['dry-run']) {
    console.log(`${declarations.length} declarations can be sent`);
    return 0;
  }
  return send(
    declarations.map((declaration) => withAuthorities(declaration, options.authorities)),
    options,
  );
}

function withAuthorities(declaration: Declaration, given: PolicyOptions['authorities']): Declaration {
  const authorities = given.get(declaration.id);
  if (declaration.kind !== 'platforms' || authorities === undefined) return declaration;
  return { ...declaration, data: { ...declaration.data, authorities } };
}

async function send(declarations: readonly Declaration[], options: PolicyOptions): Promise<number> {
  const client = createStoreClient({ ...options, connections: 1 });
  const { signal } = new AbortController();
  const patience = { limitMs: PATIENCE_MS, signal, notify: noticesOf((line) => console.error(line)) };
  const counts = { declared: 0, unchanged: 0, refused: 0 };
  try {
    for (const declaration of inOrderOfReferences(declarations)) {
      const { kind, place } = declaration;
      const outcome = await declare(declaration, (request) => askPatiently(() => client.ask(request), patience));
      counts[outcome.kind]++;
      const name = `${ID_MEMBER[kind]} ${nameOf(declaration)}`;
      if (outcome.kind !== 'refused') console.log(`${outcome.kind} ${name} (revision ${outcome.revision})`);
      else console.error(`refused ${name}: ${placeText({ ...place, pointer: outcome.pointer })}: ${outcome.rule}`);
    }
  } finally {
    client.close();
  }
  console.log(`${counts.declared} declared, ${counts.unchanged} unchanged, ${counts.refused} refused`);
  return counts.refused > 0 ? 1 : 0;
}
