import { hash } from 'node:crypto';
import { z } from 'zod';
import type { BlobStore } from '../blobs/blob_store.ts';
import { type SnapshotDifference, snapshotDifferences } from '../evaluator/snapshot_form.ts';
import type { FrozenSnapshot } from '../queries/snapshot_query.ts';

/** The most differences that a check tells one by one. */
const MOST_DIFFERENCES = 1000;

const statusAndDay = z.object({ status: z.string(), day: z.string().nullable() }).nullable();

/** What a check of a snapshot finds. */
export const checked = z.object({
  result: z.enum(['same', 'differs', 'unreadable']).meta({
    description:
      'same: the content is as it was frozen, and the ledger gives it again. unreadable: nothing is left to compare with what the ledger gives.',
  }),
  content: z
    .enum(['as-frozen', 'damaged', 'missing'])
    .meta({ description: 'What became of the content that was kept, by its digest.' }),
  recomputed: z.string().meta({ description: 'The digest of what the ledger gives now.' }),
  differing: z.int().meta({ description: 'How many statuses differ between the kept and the recomputed content.' }),
  persons: z.int().meta({ description: 'Of how many people.' }),
  requirements: z.array(z.string()).meta({ description: 'By which requirements.' }),
  differences: z
    .array(
      z.object({
        agency: z.string(),
        person: z.string(),
        requirement: z.string(),
        frozen: statusAndDay,
        recomputed: statusAndDay,
      }),
    )
    .meta({ description: `The first ${MOST_DIFFERENCES} of them; null: no status.` }),
});

/** Compares what was kept of a snapshot with the same content made anew. */
export async function checkSnapshot(
  blobs: BlobStore,
  { digest }: Pick<FrozenSnapshot, 'digest'>,
  text: string,
): Promise<z.output<typeof checked>> {
  const kept = await blobs.standing(digest);
  const isKept = kept !== undefined && hash('sha256', kept) === digest;
  const recomputed = hash('sha256', text);
  const found = isKept && recomputed === digest ? [] : differencesFrom(kept, text);
  const differing = found ?? [];
  return {
    result: found === undefined ? 'unreadable' : isKept && recomputed === digest ? 'same' : 'differs',
    content: kept === undefined ? 'missing' : isKept ? 'as-frozen' : 'damaged',
    recomputed,
    differing: differing.length,
    persons: new Set(differing.map(({ person }) => person)).size,
    requirements: [...new Set(differing.map(({ requirement }) => requirement))].sort(),
    differences: differing.slice(0, MOST_DIFFERENCES).map(({ frozen, recomputed, ...whose }) => ({
      ...whose,
      frozen: frozen && { status: frozen[0], day: frozen[1] },
      recomputed: recomputed && { status: recomputed[0], day: recomputed[1] },
    })),
  };
}

/** Undefined where nothing is kept, or what is kept is no content of a snapshot any more. */
function differencesFrom(kept: Buffer | undefined, text: string): readonly SnapshotDifference[] | undefined {
  if (kept === undefined) return undefined;
  try {
    return snapshotDifferences(kept.toString(), text);
  } catch {
    return undefined;
  }
}
