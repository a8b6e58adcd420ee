/**
 * A media type in a form in which equal types are equal texts (RFC 2045 5.1, RFC 9110 8.3.1): type, subtype and names
 * of parameters in lower case, parameters in the order of their names and all quoted, no white space.
 */
export function normalMediaType(mediaType: string): string {
  const type = mediaType.split(';', 1)[0] as string;
  const parameters = [...mediaType.matchAll(/;\s*([^\s=;"]+)=("(?:[^"\\]|\\.)*"|[^\s;"]*)/g)];
  const normal = parameters.map(([, name, value]) => normalParameter(name as string, value as string));
  return [type.trim().toLowerCase(), ...normal.sort()].join(';');
}

/** Whether a media type is `application/json`, with whatever parameters. */
export function isJson(mediaType: string): boolean {
  return /^\s*application\/json\s*(?:;|$)/i.test(mediaType);
}

/** The value of `charset` has no case (RFC 2046 4.1.2); that of others may have. */
function normalParameter(name: string, value: string): string {
  const lowerName = name.toLowerCase();
  const plain = value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
  return `${lowerName}=${JSON.stringify(lowerName === 'charset' ? plain.toLowerCase() : plain)}`;
}
