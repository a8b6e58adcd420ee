/**
 * What a server sends of an event, read from its bytes (Protocol Buffers 3; `ReadResp` in the server's streams.proto) as
 * far as the client asks for it. The decoder that the client comes with builds a tree of messages for each event, which
 * takes a third of the time of reading a ledger.
 */

/** Number and wire type of the fields, as they stand in front of them. */
const RESPONSE_EVENT = 0x0a;
const READ_EVENT_EVENT = 0x0a;
const READ_EVENT_LINK = 0x12;
const RECORD_ID = 0x0a;
const RECORD_STREAM = 0x12;
const RECORD_REVISION = 0x18;
const RECORD_HEADERS = 0x32;
const RECORD_METADATA = 0x3a;
const RECORD_DATA = 0x42;
const UUID_STRING = 0x12;
const STREAM_NAME = 0x1a;
const KEY = 0x0a;
const VALUE = 0x12;

const NO_BYTES = new Uint8Array(0);

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

/** Where something stands in the message. */
type Place = readonly [from: number, to: number];

/** As the client asks for a `ReadResp.ReadEvent.RecordedEvent`. */
class RecordMessage {
  readonly #bytes: Buffer;
  #id: string | undefined;
  #stream: Place | undefined;
  #revision = 0;
  #metadata: Place | undefined;
  #data: Place | undefined;
  readonly #headers = new Map<string, string>();

  constructor(bytes: Buffer, from: number, to: number) {
    this.#bytes = bytes;
    const fields = new Fields(bytes, from, to);
    for (let field = fields.next(); field !== 0; field = fields.next()) {
      if (field === RECORD_ID) this.#id = this.#text(this.#inside(fields, UUID_STRING));
      else if (field === RECORD_STREAM) this.#stream = this.#inside(fields, STREAM_NAME);
      else if (field === RECORD_REVISION) this.#revision = fields.number;
      else if (field === RECORD_METADATA) this.#metadata = [fields.from, fields.to];
      else if (field === RECORD_DATA) this.#data = [fields.from, fields.to];
      else if (field === RECORD_HEADERS) {
        const name = this.#text(this.#inside(fields, KEY));
        if (name !== undefined) this.#headers.set(name, this.#text(this.#inside(fields, VALUE)) ?? '');
      }
    }
  }

  /** The server was asked for ids as text. */
  hasId(): boolean {
    return this.#id !== undefined;
  }

  getId(): { hasStructured(): boolean; getString(): string } {
    return { hasStructured: () => false, getString: () => this.#id! };
  }

  hasStreamIdentifier(): boolean {
    return this.#stream !== undefined;
  }

  getStreamIdentifier(): { getStreamName(): Uint8Array } {
    return { getStreamName: () => this.#at(this.#stream) };
  }

  getStreamRevision(): number {
    return this.#revision;
  }

  getMetadataMap(): ReadonlyMap<string, string> {
    return this.#headers;
  }

  getCustomMetadata_asU8(): Uint8Array {
    return this.#at(this.#metadata);
  }

  getData(): Uint8Array {
    return this.#at(this.#data);
  }

  getData_asU8(): Uint8Array {
    return this.#at(this.#data);
  }

  /** Where it stands among the events of all streams is asked of nobody. */
  getCommitPosition(): undefined {}

  getPreparePosition(): undefined {}

  #inside({ from, to }: Fields, wanted: number): Place | undefined {
    let found: Place | undefined;
    const fields = new Fields(this.#bytes, from, to);
    for (let field = fields.next(); field !== 0; field = fields.next()) {
      if (field === wanted) found = [fields.from, fields.to];
    }
    return found;
  }

  #text(place: Place | undefined): string | undefined {
    return place && this.#bytes.toString('utf8', ...place);
  }

  #at(place: Place | undefined): Uint8Array {
    if (place === undefined) return NO_BYTES;
    const [from, to] = place;
    return new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset + from, to - from);
  }
}

/** As the client asks for a `ReadResp` with an event in it, and for that `ReadResp.ReadEvent`. */
class EventMessage {
  readonly #record: RecordMessage;

  constructor(record: RecordMessage) {
    this.#record = record;
  }

  hasEvent(): boolean {
    return true;
  }

  getEvent(): { hasEvent(): boolean; getEvent(): RecordMessage; hasLink(): boolean; hasCommitPosition(): boolean } {
    const getEvent = () => this.#record;
    return { hasEvent: () => true, getEvent, hasLink: () => false, hasCommitPosition: () => false };
  }
}

/**
 * Decodes what a server answers to a reading. What is no event, or one with anything unusual about it, is left to the
 * client's own decoder.
 */
export function readResponse<T>(decode: (bytes: Buffer) => T): (bytes: Buffer) => T | EventMessage {
  return (bytes) => eventIn(bytes) ?? decode(bytes);
}

function eventIn(bytes: Buffer): EventMessage | undefined {
  const response = new Fields(bytes, 0, bytes.length);
  if (response.next() !== RESPONSE_EVENT) return undefined;
  const event = new Fields(bytes, response.from, response.to);
  if (response.next() !== 0 || event.next() !== READ_EVENT_EVENT) return undefined;
  const record = new RecordMessage(bytes, event.from, event.to);
  for (let field = event.next(); field !== 0; field = event.next()) if (field === READ_EVENT_LINK) return undefined;
  return record.hasId() ? new EventMessage(record) : undefined;
}
