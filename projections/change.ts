/** A value as a table holds it. */
export type Value = string | number | Uint8Array | null;
export type Row = Readonly<Record<string, Value>>;

/**
 * A change of a read model: a row put in place of any with its primary key, members of rows updated, or rows removed.
 */
export type Change =
  | { readonly table: string; readonly put: Row }
  | { readonly table: string; readonly update: Row; readonly where: Row }
  | { readonly table: string; readonly removeWhere: Row };

/** An event as a row projection sees it. */
export interface ProjectedEvent<Data> {
  readonly revision: number;
  /** Microseconds since 1970 UTC. */
  readonly recorded: number;
  readonly credential: string;
  readonly data: Data;
}
