import { fileURLToPath } from 'node:url';
import { LedgerlineError } from '../../src/errors.ts';
import type { CourseDeclared } from '../../src/events/learning_types.ts';
import { declare } from '../policy/declare.ts';
import { type Declaration, nameOf, placeText, readPolicy } from '../policy/files.ts';
import { inOrderOfReferences } from '../policy/order.ts';
import { progressBar } from '../progress.ts';
import type { Ask } from './send.ts';

const FOLDER = fileURLToPath(new URL('../policy/mandatory-learning', import.meta.url));

/** What the files of the example policy declare. @throws LedgerlineError `invalid_body` when one is wrong */
export async function readExamplePolicy(): Promise<readonly Declaration[]> {
  const { declarations, errors } = await readPolicy(FOLDER);
  const [error] = errors;
  if (error !== undefined) throw new LedgerlineError('invalid_body', `${placeText(error)}: ${error.rule}`);
  return declarations;
}

/** The courses among them. */
export function coursesOf(declarations: readonly Declaration[]): CourseDeclared[] {
  return declarations.flatMap((one) => (one.kind === 'courses' ? one.data : []));
}

/**
 * Declares it, as `npm run policy` does.
 * @param authorities under which the store keeps what each platform states
 * @throws LedgerlineError `unavailable` that names what was refused
 */
export async function declareExamplePolicy(
  declarations: readonly Declaration[],
  authorities: Readonly<Record<string, string>>,
  ask: Ask,
): Promise<void> {
  const bar = progressBar('Example policy'.padEnd(28), 'declarations');
  try {
    for (const [i, declaration] of inOrderOfReferences(declarations).entries()) {
      const outcome = await declare(trusted(declaration, authorities), ask);
      if (outcome.kind === 'refused') {
        const { kind, place } = declaration;
        const where = placeText({ ...place, pointer: outcome.pointer });
        throw new LedgerlineError(
          'unavailable',
          `${kind} ${nameOf(declaration)} is refused: ${where}: ${outcome.rule}`,
        );
      }
      bar.update(i + 1, declarations.length);
    }
  } finally {
    bar.stop();
  }
}

function trusted(declaration: Declaration, authorities: Readonly<Record<string, string>>): Declaration {
  const authority = authorities[declaration.id];
  if (declaration.kind !== 'platforms' || authority === undefined) return declaration;
  return { ...declaration, data: { ...declaration.data, authorities: [authority] } };
}
