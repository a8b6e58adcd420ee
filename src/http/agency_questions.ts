import { z } from 'zod';
import { LedgerlineError } from '../errors.ts';
import type { GroupFact } from '../evaluator/evaluation.ts';
import type { After } from '../evaluator/listing.ts';
import type { AskedPoint } from '../evaluator/questions.ts';
import type { Identity } from '../identity/identity.ts';
import { permits } from '../identity/roles.ts';
import type { AskedDay } from '../queries/asked_day.ts';
import type { Store } from '../store.ts';
import type { knownAt } from './api_parameters.ts';
import type { ApiExchange } from './api_route.ts';
import { revisionOf } from './learning_exchange.ts';
import { id, words } from './learning_parameters.ts';

/** What the questions about an agency's people, or about everybody, have in common. */

/** Who may read of an agency's people at all. */
export const AGENCY_READERS = ['auditor', 'agency-reader', 'agency-editor'] as const;

/** By which people and requirements are chosen. */
export const chosenParameters = {
  requirement: id.optional().meta({ description: 'Only this requirement.' }),
  dutyStation: words.optional().meta({ description: 'Only people with this duty station on the day.' }),
  category: words.optional().meta({ description: 'Only people with this category on the day.' }),
  grade: words.optional().meta({ description: 'Only people with this grade on the day.' }),
};

export interface ChosenParameters {
  readonly requirement?: string | undefined;
  readonly dutyStation?: string | undefined;
  readonly category?: string | undefined;
  readonly grade?: string | undefined;
}

export function chosenBy({ requirement, dutyStation, category, grade }: ChosenParameters) {
  const groups: { readonly [Name in GroupFact]?: string | undefined } = { dutyStation, category, grade };
  return { requirement, groups };
}

/** Who may read of the agency's people; of everybody's only an auditor may. */
export function isReader({ grants }: Identity, agency: string | undefined): boolean {
  if (permits(grants, { role: 'auditor' })) return true;
  return agency !== undefined && permits(grants, { role: 'agency-reader', agency });
}

/** @throws `forbidden` to who is no reader of the agency's people */
export function requireReader(identity: Identity, agency: string | undefined): void {
  if (isReader(identity, agency)) return;
  const rule = agency === undefined ? 'auditor' : `auditor, or reader or editor of ${agency}`;
  throw new LedgerlineError('forbidden', `This needs another role: ${rule}.`, { rule });
}

/** Both times of a question as the evaluator takes them. */
export async function pointOf(
  store: Store,
  asked: { readonly asOf?: AskedDay; readonly knownAt?: z.output<typeof knownAt> | undefined },
  { response }: Pick<ApiExchange, 'response'>,
): Promise<AskedPoint> {
  const known = await revisionOf(store, asked.knownAt);
  const knownAt = known === undefined ? undefined : Math.min(known, store.revision);
  return { asOf: asked.asOf, now: Date.now() * 1000, knownAt, atLeast: response.locals.minRevision };
}

/** A page's place, with both times of its first page, and what was asked for then. */
export interface ListPlace {
  readonly after: After;
  readonly asOf: string;
  readonly knownAt: number;
  readonly asked: AskedList;
}

/** Whom and what a list is of, as a text; and both times as they were written. */
export interface AskedList {
  readonly filters: string;
  readonly asOf: string | null;
  readonly knownAt: string | null;
}

/** @throws `invalid_parameter` when the pages would not belong together */
export function requireSame(first: AskedList, now: AskedList): void {
  const isSame =
    first.filters === now.filters &&
    (now.asOf === null || now.asOf === first.asOf) &&
    (now.knownAt === null || now.knownAt === first.knownAt);
  if (isSame) return;
  throw new LedgerlineError('invalid_parameter', 'The parameter cursor belongs to another question.', {
    property: 'cursor',
    rule: 'it comes with the parameters of the first page; both times may be left out',
  });
}

export function writePlace({ after, asOf, knownAt, asked }: ListPlace): string {
  const { person, agency, requirement } = after;
  const first = [asked.filters, asked.asOf, asked.knownAt];
  return Buffer.from(JSON.stringify([person, agency, requirement, asOf, knownAt, ...first])).toString('base64url');
}

const text = z.string();
const place = z.tuple([text, text, text, z.iso.date(), z.int().min(-1), text, text.nullable(), text.nullable()]);

/** @throws `invalid_parameter` for what `writePlace` did not write */
export function readPlace(cursor: string): ListPlace {
  try {
    const [person, agency, requirement, asOf, knownAt, filters, firstAsOf, firstKnownAt] = place.parse(
      JSON.parse(Buffer.from(cursor, 'base64url').toString()),
    );
    const asked = { filters, asOf: firstAsOf, knownAt: firstKnownAt };
    return { after: { person, agency, requirement }, asOf, knownAt, asked };
  } catch {
    throw new LedgerlineError('invalid_parameter', 'The parameter cursor cannot be taken.', {
      property: 'cursor',
      rule: 'it is the `next` of an answer before',
    });
  }
}
