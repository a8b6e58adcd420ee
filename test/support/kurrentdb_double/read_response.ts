import type { StoredEvent } from './streams.ts';

/**
 * The serialized `ReadResp` of an event, as streams.proto defines it. Written by hand, from its end to its beginning so
 * that each length is known when it is due: a load test reads more events in a second than the generated stubs can
 * build messages.
 */
export function readResponseOf(stream: string, event: StoredEvent): Buffer {
  const room = ROOM + 3 * (stream.length + event.type.length) + event.data.length + event.metadata.length;
  const to: Target = { buffer: Buffer.allocUnsafe(room), at: room };
  writeHead(to, NO_POSITION, 0);
  const readEventEnd = to.at;
  writeBytes(to, 8, event.data);
  writeBytes(to, 7, event.metadata);
  writeEntry(to, 'content-type', event.contentType);
  writeEntry(to, 'type', event.type);
  // In units of 100 nanoseconds.
  writeEntry(to, 'created', `${event.created}0000`);
  writeNumber(to, 5, event.position);
  writeNumber(to, 4, event.position);
  writeNumber(to, 3, event.revision);
  let end = to.at;
  writeText(to, 3, stream);
  writeHead(to, 2, end - to.at);
  end = to.at;
  writeText(to, 2, event.id);
  writeHead(to, 1, end - to.at);
  writeHead(to, 1, readEventEnd - to.at);
  writeHead(to, 1, room - to.at);
  return to.buffer.subarray(to.at);
}

/** What numbers, lengths, keys, the id and the content type take at most, with some to spare. */
const ROOM = 256;
/** The field of `ReadEvent` that says, by an empty message, that a stream's reader is told no position. */
const NO_POSITION = 4;

interface Target {
  readonly buffer: Buffer;
  /** Where what is written so far begins. */
  at: number;
}

function writeEntry(to: Target, key: string, value: string): void {
  const end = to.at;
  writeText(to, 2, value);
  writeText(to, 1, key);
  writeHead(to, 6, end - to.at);
}

function writeText(to: Target, field: number, text: string): void {
  const length = Buffer.byteLength(text);
  to.at -= length;
  to.buffer.write(text, to.at);
  writeHead(to, field, length);
}

function writeBytes(to: Target, field: number, bytes: Uint8Array): void {
  to.at -= bytes.length;
  to.buffer.set(bytes, to.at);
  writeHead(to, field, bytes.length);
}

/** Tag and length of a field of the `length` bytes that were written last. */
function writeHead(to: Target, field: number, length: number): void {
  writeVarint(to, length);
  writeVarint(to, (field << 3) | 2);
}

function writeNumber(to: Target, field: number, value: number): void {
  writeVarint(to, value);
  writeVarint(to, field << 3);
}

function writeVarint(to: Target, value: number): void {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size += 1;
  to.at -= size;
  let rest = value;
  for (let i = 0; i < size; i++) {
    to.buffer[to.at + i] = (rest % 0x80) | (i < size - 1 ? 0x80 : 0);
    rest = Math.floor(rest / 0x80);
  }
}
