import { z } from 'zod';

/** How many differences are told one by one. */
const TOLD = 20;

const status = z.object({ status: z.string(), day: z.string().nullable() }).nullable();

/** What the store says of a snapshot that it has checked. */
export const verdict = z.looseObject({
  snapshot: z.string(),
  agency: z.string().nullable(),
  asOf: z.string(),
  knownAt: z.int(),
  digest: z.string(),
  result: z.enum(['same', 'differs', 'unreadable']),
  content: z.enum(['as-frozen', 'damaged', 'missing']),
  recomputed: z.string(),
  differing: z.int(),
  persons: z.int(),
  requirements: z.array(z.string()),
  differences: z.array(
    z.object({
      agency: z.string(),
      person: z.string(),
      requirement: z.string(),
      frozen: status,
      recomputed: status,
    }),
  ),
});

export type Verdict = Readonly<z.output<typeof verdict>>;

/** A verdict in lines. */
export function linesOf(found: Verdict): string[] {
  const { snapshot, agency, asOf, knownAt, result, differing, persons, requirements, differences } = found;
  const head = `${result.padEnd(10)} ${snapshot} (${agency ?? 'all agencies'}, ${asOf} as known at ${knownAt})`;
  if (result === 'same') return [head];
  const told = differences.slice(0, TOLD);
  return [
    head,
    ...reasonsOf(found).map((reason) => `  ${reason}`),
    ...(differing === 0 ? [] : [`  differing: ${differing} (people: ${persons}), by ${requirements.join(', ')}`]),
    ...told.map(
      ({ agency, person, requirement, frozen, recomputed }) =>
        `  ${person} in ${agency}, ${requirement}: kept ${statusText(frozen)}, recomputed ${statusText(recomputed)}`,
    ),
    ...(differing > told.length ? [`  … and ${differing - told.length} more`] : []),
  ];
}

function reasonsOf({ content, digest, recomputed }: Verdict): string[] {
  return [
    ...(content === 'as-frozen' ? [] : [`what was kept is ${content}`]),
    recomputed === digest ? 'the ledger gives what was frozen' : 'the ledger gives something else than what was frozen',
  ];
}

function statusText(shown: Verdict['differences'][number]['frozen']): string {
  if (shown === null) return 'nothing';
  return shown.day === null ? shown.status : `${shown.status} ${shown.day}`;
}
