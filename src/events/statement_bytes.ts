import { parseJson } from '../xapi/parse_json.ts';
import type { Statement } from '../xapi/statement.ts';
import type { StatementStored } from './types.ts';

/**
 * The bytes of a `statement-stored` event and their fixed places, so that the hot paths neither parse nor copy: the
 * writer stamps the time of the append in place, and a reader slices the statement out.
 *
 * The event's data ends with the statement, and the statement ends with `stored`, or with `timestamp` and `stored`
 * where the sender gave no timestamp:
 * `{…"statement":{…,"timestamp":"<27>","stored":"<27>"}}`.
 */
const OPENING = Buffer.from('"statement":');
const ID_OPENING = Buffer.from('"statement":{"id":"');
const UUID_LENGTH = 36;

/** Stands for a time that only the append will know; as long as every time that `formatMicros` gives. */
export const UNSTAMPED = '0000-00-00T00:00:00.000000Z';

const STORED_FROM_END = UNSTAMPED.length + '"}}'.length;
const TIMESTAMP_FROM_END = STORED_FROM_END + UNSTAMPED.length + '","stored":"'.length;

/**
 * The text of an event's data, in which the statement's members stand as they were sent.
 * @param sent the statement before it was completed
 * @param members those that were sent, but for `id`, `authority` and `stored`, as a text
 */
export function textAsSent({ statement, voidsAny, defines, blobs }: StatementStored, sent: Statement, members: string) {
  const { id, authority, version, timestamp } = statement;
  const beside = `${voidsAny ? '"voidsAny":true,' : ''}${defines ? '"defines":true,' : ''}${blobs ? `"blobs":${JSON.stringify(blobs)},` : ''}`;
  const added = `${sent.version === undefined ? `,"version":"${version}"` : ''}${sent.timestamp === undefined ? `,"timestamp":"${timestamp}"` : ''}`;
  return `{${beside}"statement":{"id":"${id}",${members},"authority":${JSON.stringify(authority)}${added},"stored":"${UNSTAMPED}"}}`;
}

/** Writes `time` (27 characters) as `stored`, and as `timestamp` too when the statement came without one. */
export function stamp(data: Buffer, time: string, timestampToo: boolean): void {
  data.write(time, data.length - STORED_FROM_END, UNSTAMPED.length, 'latin1');
  if (timestampToo) data.write(time, data.length - TIMESTAMP_FROM_END, UNSTAMPED.length, 'latin1');
}

/** The statement's own bytes within the event's data. */
export function statementBytes(data: Uint8Array): Buffer {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return bytes.subarray(bytes.indexOf(OPENING) + OPENING.length, -1);
}

/** The statement's id in lower case: it stands first, in whatever this store wrote. */
export function statementId(data: Uint8Array): string {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const opening = bytes.indexOf(ID_OPENING);
  if (opening < 0) return (parseJson(bytes.toString()) as StatementStored).statement.id!.toLowerCase();
  const start = opening + ID_OPENING.length;
  return bytes.toString('latin1', start, start + UUID_LENGTH).toLowerCase();
}

/** The statement's `stored` (27 characters). */
export function storedOf(data: Uint8Array): string {
  const end = data.byteOffset + data.length;
  return Buffer.from(data.buffer, end - STORED_FROM_END, UNSTAMPED.length).toString('latin1');
}
