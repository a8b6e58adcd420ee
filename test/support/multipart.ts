import { createHash } from 'node:crypto';
import type { Asking } from './client.ts';
import { type Posted, STATEMENTS } from './statements.ts';
import type { Answered, Asked } from './store.ts';

export const BOUNDARY = 'boundary-of-the-tests';

export interface Part {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

/** The SHA-2 of data in lower-case hex. */
export function sha2(data: Uint8Array | string, bits: 224 | 256 | 384 | 512 = 256): string {
  return createHash(`sha${bits}`).update(data).digest('hex');
}

/** An attachment as a statement declares it, with `changes` laid over it; undefined takes a property out. */
export function anAttachment(data: Uint8Array | string, changes: Posted = {}): Posted {
  return {
    usageType: 'https://example.org/attachments/evidence',
    display: { en: 'Evidence' },
    contentType: 'application/octet-stream',
    length: Buffer.byteLength(data),
    sha2: sha2(data),
    ...changes,
  };
}

/** The first part: what is stated. Text and bytes are taken as they are. */
export function jsonPart(value: unknown, headers: Record<string, string | null> = {}): Part {
  const raw = typeof value === 'string' || value instanceof Uint8Array;
  return {
    headers: given({ 'Content-Type': 'application/json', ...headers }),
    body: raw ? value : JSON.stringify(value),
  };
}

/** A further part: the data of an attachment. A header that is null is left out. */
export function dataPart(data: Uint8Array | string, headers: Record<string, string | null> = {}): Part {
  const usual = {
    'Content-Type': 'application/octet-stream',
    'Content-Transfer-Encoding': 'binary',
    'X-Experience-API-Hash': sha2(data),
  };
  return { headers: given({ ...usual, ...headers }), body: data };
}

function given(headers: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter((header): header is [string, string] => header[1] !== null));
}

/** A multipart body as RFC 2046 has it. @param lineEnd what ends a line, for tests of wrong ones */
export function multipart(parts: readonly Part[], boundary = BOUNDARY, lineEnd = '\r\n'): Buffer {
  const pieces = parts.flatMap(({ headers, body }) => [
    `--${boundary}${lineEnd}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}${lineEnd}`),
    lineEnd,
    body,
    lineEnd,
  ]);
  return Buffer.concat([...pieces, `--${boundary}--${lineEnd}`].map((piece) => Buffer.from(piece as string)));
}

/** What a request with a multipart body is made of. */
export function inParts(body: Uint8Array, contentType = `multipart/mixed; boundary=${BOUNDARY}`): Asked {
  return { body, headers: { 'content-type': contentType } };
}

/** Posts statements with the data of their attachments. */
export function postWithData(asking: Asking, statements: unknown, ...data: (Uint8Array | string)[]): Promise<Answered> {
  return asking.ask(STATEMENTS, inParts(multipart([jsonPart(statements), ...data.map((each) => dataPart(each))])));
}

export interface AnsweredPart {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The parts of a multipart/mixed answer, read strictly by RFC 2046. @throws when the answer is anything else */
export function partsOf({ headers, bytes }: Answered): AnsweredPart[] {
  const boundary = /^multipart\/mixed; boundary=([\w'()+,./:=?-]{1,70})$/.exec(headers.get('content-type') ?? '')?.[1];
  if (boundary === undefined) throw new Error(`not multipart/mixed: ${headers.get('content-type')}`);
  const body = bytes.toString('latin1');
  const [preamble, ...sections] = `\r\n${body}`.split(`\r\n--${boundary}`);
  if (preamble !== '' || sections.pop() !== '--\r\n') throw new Error(`not well-formed: ${body}`);
  return sections.map((section) => {
    const headEnd = section.indexOf('\r\n\r\n');
    if (!section.startsWith('\r\n') || headEnd < 0) throw new Error(`not a part: ${section}`);
    const lines = section.slice(2, headEnd).split('\r\n');
    const entries = lines.map((line) => /^([!#$%&'*+.^_`|~\w-]+): ([\t\x20-\x7e\x80-\xff]*)$/.exec(line)!.slice(1, 3));
    return {
      headers: Object.fromEntries(entries.map(([name, value]) => [name!.toLowerCase(), value!])),
      body: Buffer.from(section.slice(headEnd + 4), 'latin1'),
    };
  });
}
