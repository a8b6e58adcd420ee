/** One step of a JSON pointer (RFC 6901), with its slash: `/` and the escaped member name or index. */
export function pointerSegment(nameOrIndex: string | number): string {
  if (typeof nameOrIndex === 'number') return `/${nameOrIndex}`;
  return `/${nameOrIndex.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
