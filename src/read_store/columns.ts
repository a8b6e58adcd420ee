/** A copy of a column with room for an index, at least twice as large. */
export function grown<Column extends Uint8Array | Int32Array | Float64Array>(column: Column, index: number): Column {
  const Kind = column.constructor as new (length: number) => Column;
  const copy = new Kind(Math.max(column.length * 2, index + 1));
  copy.set(column);
  return copy;
}
