import type { SnapshotFrozen } from '../events/compliance_types.ts';
import type { Snapshot } from '../read_store/read_session.ts';
import { declaredRows } from './declared_query.ts';

/** What the HTTP side asks of frozen snapshots: one, or all. */
export interface SnapshotsRequest {
  readonly kind: 'snapshots';
  readonly id?: string | undefined;
  /** When they were frozen: up to this revision. */
  readonly frozenBy: number;
}

/** A snapshot as it was frozen, and the revision of its event. */
export type FrozenSnapshot = SnapshotFrozen & { readonly revision: number };

/** In the order in which they were frozen. */
export function frozenSnapshots(
  { learning }: Pick<Snapshot, 'learning'>,
  { id, frozenBy }: SnapshotsRequest,
): readonly FrozenSnapshot[] {
  const rows = declaredRows(learning, ['snapshot'], frozenBy, id);
  return rows.map(({ revision, data }) => ({ ...(JSON.parse(data) as SnapshotFrozen), revision }));
}
