/**
 * What a server sends of an event, read from its bytes (Protocol Buffers 3; `ReadResp` in the server's streams.proto), as
 * far as a ledger asks for it. The decoder that the client comes with builds a tree of messages for each event, and the
 * client an object with all that one could ask: together half of the time of reading a ledger.
 */

/** Number and wire type of the fields, as they stand in front of them. */
const RESPONSE_EVENT = 0x0a;
const RESPONSE_STREAM_NOT_FOUND = 0x22;
const READ_EVENT_EVENT = 0x0a;
const RECORD_ID = 0x0a;
const RECORD_REVISION = 0x18;
const RECORD_HEADERS = 0x32;
const RECORD_METADATA = 0x3a;
const RECORD_DATA = 0x42;
const UUID_STRING = 0x12;
const KEY = 0x0a;
const VALUE = 0x12;

/** An event as it stands in a stream: what its metadata and data mean is for the reader to say. */
export interface StoredEvent {
  readonly id: string;
  readonly revision: number;
  readonly type: string;
  readonly metadata: Uint8Array;
  readonly data: Uint8Array;
}

/** A message of a reading: an event, or what else the server says of it. */
export type ReadMessage = StoredEvent | 'no such stream' | 'something else';

/**
 * Decodes a message that a server answers to a reading which asked for ids as text.
 * @throws RangeError when it is none
 */
export function readMessage(bytes: Buffer): ReadMessage {
  const response = new Fields(bytes, 0, bytes.length);
  const field = response.next();
  if (field === RESPONSE_STREAM_NOT_FOUND) return 'no such stream';
  if (field !== RESPONSE_EVENT) return 'something else';
  const event = new Fields(bytes, response.from, response.to);
  while (event.next() !== READ_EVENT_EVENT) if (event.isAtEnd) return 'something else';
  return storedEvent(bytes, event.from, event.to);
}

function storedEvent(bytes: Buffer, from: number, to: number): StoredEvent {
  let id = '';
  let type = '';
  let revision = 0;
  let metadata: Uint8Array = NO_BYTES;
  let data: Uint8Array = NO_BYTES;
  const fields = new Fields(bytes, from, to);
  for (let field = fields.next(); field !== 0; field = fields.next()) {
    if (field === RECORD_ID) id = textIn(bytes, fields, UUID_STRING);
    else if (field === RECORD_REVISION) revision = fields.number;
    else if (field === RECORD_METADATA) metadata = cut(bytes, fields);
    else if (field === RECORD_DATA) data = cut(bytes, fields);
    else if (field === RECORD_HEADERS && textIn(bytes, fields, KEY) === 'type') type = textIn(bytes, fields, VALUE);
  }
  if (id === '') throw new RangeError('An event has no id as text.');
  return { id, revision, type, metadata, data };
}

const NO_BYTES = new Uint8Array(0);

/** The value of the current field, without a copy. */
function cut({ buffer, byteOffset }: Buffer, { from, to }: Fields): Uint8Array {
  return new Uint8Array(buffer, byteOffset + from, to - from);
}

/** The text of one of the fields in the current one; empty: it has none such. */
function textIn(bytes: Buffer, { from, to }: Fields, wanted: number): string {
  const inside = new Fields(bytes, from, to);
  for (let field = inside.next(); field !== 0; field = inside.next()) {
    if (field === wanted) return bytes.toString('utf8', inside.from, inside.to);
  }
  return '';
}

/** Walks through the fields of one message. */
class Fields {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;
  /** The value of the current field, when it is a number. */
  number = 0;
  /** Where the value of the current field begins and ends, when it has a length. */
  from = 0;
  to = 0;

  constructor(bytes: Buffer, from: number, to: number) {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = to;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#end;
  }

  /** Goes to the next field. @returns its number and wire type; 0 at the end */
  next(): number {
    if (this.#at >= this.#end) return 0;
    const tag = this.#varint();
    switch (tag & 7) {
      case 0:
        this.number = this.#varint();
        return tag;
      case 1:
        this.#at += 8;
        return tag;
      case 2:
        this.to = this.#varint();
        this.from = this.#at;
        this.to += this.from;
        this.#at = this.to;
        if (this.to > this.#end) throw new RangeError('A field of a message is longer than the message.');
        return tag;
      case 5:
        this.#at += 4;
        return tag;
      default:
        throw new RangeError(`A message has a field of the unknown wire type ${tag & 7}.`);
    }
  }

  #varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#bytes[this.#at++]!;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      if (this.#at >= this.#end) throw new RangeError('A message ends in the middle of a number.');
    }
  }
}
