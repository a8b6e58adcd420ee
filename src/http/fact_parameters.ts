import { z } from 'zod';
import { LedgerlineError } from '../errors.ts';
import type { Fact } from '../events/learning_types.ts';
import type { Identity } from '../identity/identity.ts';
import { compareFacts } from '../learning/roster_conflicts.ts';
import { requireGrant } from './learning_exchange.ts';
import { day } from './learning_parameters.ts';

/** What every fact says beside its subject. */
export const factMembers = {
  name: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'it is a letter and up to 63 letters, digits, hyphens and underscores')
    .meta({ description: 'What is so: `assigned`, `dutyStation`, `category`, `grade`, `jobNetwork`, `supervisor`, …' }),
  key: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .meta({ description: 'Tells apart what there can be several of at once: a deployment, a required course.' }),
  value: z
    .union([z.string().max(4000), z.number(), z.boolean(), z.array(z.string().max(4000)).max(1000), z.null()])
    .meta({ description: 'null takes back what was recorded for these days: nothing is known then.' }),
  from: day.meta({ description: 'The first day.' }),
  to: day.optional().meta({ description: 'The last day; absent: without end.' }),
};

/** The most facts in one request: what one event may hold. */
export const MOST_FACTS = 5_000;

const EDITOR = "agency-editor of each fact's agency";
const PLACE_EDITOR = 'policy-editor of all agencies';

/** What may be recorded together, by whom. @throws `invalid_body`, `forbidden` */
export function requireRecordable(identity: Identity, facts: readonly Fact[]): void {
  refuseContradictions(facts);
  const agencies = new Set(facts.map((fact) => ('place' in fact ? null : fact.agency)));
  for (const agency of agencies) {
    if (agency === null) requireGrant(identity, { role: 'policy-editor', agency }, PLACE_EDITOR);
    else requireGrant(identity, { role: 'agency-editor', agency }, EDITOR);
  }
}

/** Whose people somebody is hangs on it. */
export function saysAssigned({ name, value }: { readonly name: string; readonly value: unknown }): boolean {
  return name !== 'assigned' || typeof value === 'boolean' || value === null;
}
export const SAYS_ASSIGNED = { message: 'assigned is true or false, or null', path: ['value'] };

/** A cohort is the key of the fact that says who takes part in it. */
export function namesCohort({ name, key }: { readonly name: string; readonly key?: string | undefined }): boolean {
  return name !== 'enrolled' || key !== undefined;
}
export const NAMES_COHORT = { message: 'enrolled has the cohort as its key', path: ['key'] };

/** Facts that are recorded together do not contradict each other. @throws `invalid_body` */
function refuseContradictions(facts: readonly Fact[]): void {
  const { conflicts } = compareFacts(
    facts.map((fact, line) => ({ fact, line, column: fact.name })),
    'element',
  );
  const [first] = conflicts;
  if (first === undefined) return;
  const property = `/facts/${first.line}/value`;
  throw new LedgerlineError('invalid_body', `${property} contradicts another fact of the request.`, {
    property,
    rule: 'facts of one subject, name and key say the same for the days that they share',
  });
}
