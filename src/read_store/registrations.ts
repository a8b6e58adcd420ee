import type { DatabaseSync } from 'node:sqlite';
import { BLOCK_REVISIONS, PostingsWriter, stretchesOf } from './postings.ts';
import { bucketOf, entriesOf, inBuckets, numbersOf, withEntries } from './uuid_buckets.ts';
import { areSameUuid, copyUuid, UUID_BYTES, uuidBytes } from './uuid_bytes.ts';
import type { UuidList } from './uuid_list.ts';

/**
 * A registration has a few statements, and there is one for each attempt at a course: a row for each would be most of
 * the postings. So those of a block share rows as ids do; they stand by revision, each with how far it is from the first
 * of the block.
 */
const BUCKET_BITS = 11;

/** The name under which the postings have a registration, with others. */
export function registrationsName(value: string): string {
  return nameOf(bucketOf(uuidBytes(value), BUCKET_BITS));
}

/** Of a row of postings under that name: the statements with the registration, as their distances from its first. */
export function offsetsWith(value: string, row: Uint8Array): number[] {
  return [...numbersOf(uuidBytes(value), row)];
}

/** Writes the registrations of a segment's statements among the postings. The caller holds the transaction. */
export function writeRegistrations(database: DatabaseSync, registrations: UuidList, newest: number): void {
  const rows = new PostingsWriter(database);
  const places = inOrder(registrations);
  const uuids = new Uint8Array(places.length * UUID_BYTES);
  const listed = new Float64Array(places.length);
  const { uuids: all, revisions } = registrations;
  places.forEach((place, i) => {
    copyUuid(all, place * UUID_BYTES, uuids, i * UUID_BYTES);
    listed[i] = revisions[place]!;
  });
  for (const { block, from, to, isLate } of stretchesOf(listed, newest)) {
    const own = uuids.subarray(from * UUID_BYTES, to * UUID_BYTES);
    const entries = entriesOf(own, (i) => listed[from + i]! % BLOCK_REVISIONS);
    for (const [bucket, bytes] of inBuckets(entries, BUCKET_BITS)) {
      if (isLate) rows.change(nameOf(bucket), block, (row) => withEntries(row, bytes));
      else rows.append(nameOf(bucket), block, bytes);
    }
  }
  rows.flush();
}

/** The places of registrations by revision, each once; those of one revision in order of arrival. */
function inOrder({ uuids, revisions }: UuidList): number[] {
  const places = [...revisions.keys()];
  if (revisions.some((revision, i) => revision < revisions[i - 1]!)) {
    places.sort((a, b) => revisions[a]! - revisions[b]! || a - b);
  }
  return places.filter((place, i) => {
    for (let before = i - 1; revisions[places[before]!] === revisions[place]; before--) {
      if (areSameUuid(uuids, places[before]! * UUID_BYTES, uuids, place * UUID_BYTES)) return false;
    }
    return true;
  });
}

function nameOf(bucket: number): string {
  return `r ${bucket.toString(16).padStart(3, '0')}`;
}
