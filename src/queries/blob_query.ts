import { Relation, term, termText } from '../../projections/statement_keys.ts';
import type { SnapshotFrozen } from '../events/compliance_types.ts';
import type { CertificateRecorded } from '../events/learning_types.ts';
import { lastBlock } from '../read_store/postings.ts';
import type { Snapshot } from '../read_store/read_session.ts';

/**
 * The SHA-256 of every blob that a statement names, that is evidence of a recorded certificate or the content of a
 * snapshot, or that holds a document as it stands now.
 */
export function namedBlobs(snapshot: Snapshot): string[] {
  const prefix = termText(term.blob(''));
  const names = new Set<string>();
  const select = snapshot.prepare('SELECT name FROM postings WHERE block = ? AND name >= ? AND name < ?');
  for (let block = lastBlock(snapshot); block >= 0; block--) {
    const merged = select.all(block, prefix, `${prefix}g`) as { name: string }[];
    for (const { name } of merged) names.add(name.slice(prefix.length));
  }
  for (const segment of snapshot.segments) {
    for (const { text } of segment.namesListed()[Relation.blob]!) names.add(text);
  }
  const documents = snapshot.documents.prepare('SELECT sha256 FROM documents WHERE sha256 IS NOT NULL').all();
  for (const { sha256 } of documents as { sha256: string }[]) names.add(sha256);
  const recorded = snapshot.learning.prepare('SELECT data FROM certificates').all() as { data: string }[];
  for (const { data } of recorded) {
    for (const evidence of (JSON.parse(data) as CertificateRecorded).evidence) {
      if ('length' in evidence) names.add(evidence.sha256);
    }
  }
  const frozen = snapshot.learning.prepare("SELECT data FROM policy WHERE kind = 'snapshot'").all();
  for (const { data } of frozen as { data: string }[]) names.add((JSON.parse(data) as SnapshotFrozen).digest);
  return [...names];
}
