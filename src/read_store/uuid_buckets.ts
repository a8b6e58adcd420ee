import { copyUuid, UUID_BYTES } from './uuid_bytes.ts';

/**
 * UUIDs come in no order: a row for each would be written somewhere else than the one before. So a row holds a bucket of
 * entries, those of UUIDs whose hashes begin with the same bits, in the order in which they came. An entry is a UUID and
 * a number (uint32, little-endian).
 */
export const ENTRY_BYTES = UUID_BYTES + 4;

/** In which of 2^bits buckets a UUID is. */
export function bucketOf(uuid: Uint8Array, bits: number, at = 0): number {
  return hashOf(uuid, at) >>> (32 - bits);
}

/**
 * The entries of UUIDs with their numbers, in their order.
 * @param uuids 16 bytes each
 * @param numberOf by the place among them
 */
export function entriesOf(uuids: Uint8Array, numberOf: (place: number) => number): Buffer {
  const count = uuids.length / UUID_BYTES;
  const entries = Buffer.allocUnsafe(count * ENTRY_BYTES);
  for (let i = 0; i < count; i++) {
    copyUuid(uuids, i * UUID_BYTES, entries, i * ENTRY_BYTES);
    entries.writeUInt32LE(numberOf(i), i * ENTRY_BYTES + UUID_BYTES);
  }
  return entries;
}

/** Entries bucket by bucket, in each in the order in which they stood. */
export function* inBuckets(entries: Buffer, bits: number): Generator<readonly [bucket: number, entries: Buffer]> {
  const count = entries.length / ENTRY_BYTES;
  const buckets = new Uint32Array(count);
  const ends = new Uint32Array((1 << bits) + 1);
  for (let i = 0; i < count; i++) {
    buckets[i] = bucketOf(entries, bits, i * ENTRY_BYTES);
    ends[buckets[i]! + 1]! += 1;
  }
  for (let bucket = 1; bucket < ends.length; bucket++) ends[bucket]! += ends[bucket - 1]!;
  const sorted = Buffer.allocUnsafe(entries.length);
  for (let i = 0; i < count; i++) {
    const to = ends[buckets[i]!]!++;
    entries.copy(sorted, to * ENTRY_BYTES, i * ENTRY_BYTES, (i + 1) * ENTRY_BYTES);
  }
  for (let bucket = 0, begin = 0; begin < count; begin = ends[bucket++]!) {
    const end = ends[bucket]!;
    if (end > begin) yield [bucket, sorted.subarray(begin * ENTRY_BYTES, end * ENTRY_BYTES)];
  }
}

/** A hash (32 bits, FNV-1a) of the UUID that begins at a place, the same for ever. UUIDs that count up are mixed well enough. */
function hashOf(bytes: Uint8Array, at: number): number {
  let hash = 0x811c9dc5;
  for (let i = at; i < at + UUID_BYTES; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash ^ (hash >>> 15);
}

/** The numbers that entries have for a UUID, in their order. */
export function* numbersOf(uuid: Uint8Array, entries: Uint8Array): Generator<number> {
  const bytes = Buffer.from(entries.buffer as ArrayBuffer, entries.byteOffset, entries.byteLength);
  for (let at = bytes.indexOf(uuid); at !== -1; at = bytes.indexOf(uuid, at + 1)) {
    // Elsewhere the end of one entry and the beginning of the next only happen to be these bytes.
    if (at % ENTRY_BYTES === 0) yield bytes.readUInt32LE(at + UUID_BYTES);
  }
}

/** Adds to the numbers of all entries. */
export function shift(entries: Buffer, by: number): void {
  for (let at = UUID_BYTES; at < entries.length; at += ENTRY_BYTES) {
    entries.writeUInt32LE(entries.readUInt32LE(at) + by, at);
  }
}

/**
 * Entries that stand by their numbers, with more of them in their places: behind those that have the same number. What
 * is there already, or comes twice, is there once.
 */
export function withEntries(entries: Uint8Array, more: Buffer): Buffer {
  const all = Buffer.concat([entries, more]);
  const numberAt = (entry: number) => all.readUInt32LE(entry * ENTRY_BYTES + UUID_BYTES);
  const bytesAt = (entry: number) => all.subarray(entry * ENTRY_BYTES, (entry + 1) * ENTRY_BYTES);
  const order = Array.from({ length: all.length / ENTRY_BYTES }, (_, entry) => entry);
  order.sort((one, other) => numberAt(one) - numberAt(other) || one - other);
  const kept = order.filter((entry, i) => {
    for (let before = i - 1; before >= 0 && numberAt(order[before]!) === numberAt(entry); before--) {
      if (bytesAt(order[before]!).equals(bytesAt(entry))) return false;
    }
    return true;
  });
  return Buffer.concat(kept.map(bytesAt));
}
