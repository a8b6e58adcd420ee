/** A value as a table holds it. */
export type Value = string | number | null;
export type Row = Readonly<Record<string, Value>>;

/** A change of a read model: a row put in place of any with its primary key, or members of a row updated. */
export type Change =
  | { readonly table: string; readonly put: Row }
  | { readonly table: string; readonly update: Row; readonly where: Row };
