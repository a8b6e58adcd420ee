import { randomUUID } from 'node:crypto';

export const STATEMENTS = '/xapi/statements';
export const VOIDED = 'http://adlnet.gov/expapi/verbs/voided';

/**
 * A statement as a client writes it, or as the store gives it back. Any: tests look into statements of every shape,
 * wrong ones too.
 */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Posted = Record<string, any>;

/** The smallest statement, with `changes` laid over it; undefined takes a property out. */
export function aStatement(changes: Posted = {}): Posted {
  return {
    actor: { mbox: 'mailto:learner-1@example.org' },
    verb: { id: 'http://adlnet.gov/expapi/verbs/experienced' },
    object: { id: 'https://example.org/activities/1' },
    ...changes,
  };
}

/** A statement with an id of its own. */
export function anIdentified(changes: Posted = {}): Posted {
  return aStatement({ id: randomUUID(), ...changes });
}

/** A statement whose object is a SubStatement with `changes` laid over it. */
export function aStatementAbout(changes: Posted): Posted {
  return aStatement({ object: { objectType: 'SubStatement', ...aStatement(changes) } });
}

export function refTo(id: string): Posted {
  return { objectType: 'StatementRef', id };
}

/** A statement, with an id of its own, that voids the one with `id`. */
export function aVoidingOf(id: string, changes: Posted = {}): Posted {
  return anIdentified({ verb: { id: VOIDED }, object: refTo(id), ...changes });
}

export function idsOf(statements: readonly Posted[]): string[] {
  return statements.map(({ id }) => id);
}
