import type { PlaceBooks } from '../compliance/evaluate.ts';
import { type Catalogue, withRulesOf } from '../learning/catalogue.ts';
import { placesAt } from '../queries/assignments.ts';
import { type KnownPolicy, policyAt } from '../queries/policy_at.ts';
import type { ReadSession } from '../read_store/read_session.ts';
import { type Affected, affectedBy } from './affected.ts';
import type { Gap } from './evaluation.ts';

/** What is declared from a revision on, and whose statuses that event changed. */
export interface Declared {
  readonly revision: number;
  readonly affected: Affected;
  readonly known: KnownPolicy;
  readonly places: PlaceBooks;
}

/** Some revisions of a gap, the first included and the last not, with what was declared in them. */
export interface Stretch extends Gap {
  /** In order of their revisions; the first is what was declared already when the stretch begins. */
  readonly declared: readonly [Declared, ...Declared[]];
  /** For each statement that could complete a course at any time of the stretch. */
  readonly catalogue: Catalogue;
}

/**
 * The first revisions of a gap, up to where too much is declared.
 * @param most how many declarations it has: each is a policy to be kept compiled while all persons are gone over
 */
export function stretchOf(session: ReadSession, gap: Gap, most: number): Stretch {
  const revisions = declarationsIn(session, gap, most + 1);
  const to = revisions[most] ?? gap.to;
  const declaredAt = (revision: number): Omit<Declared, 'affected'> => ({
    revision,
    known: policyAt(session, revision),
    places: placesAt(session, revision),
  });
  const before: Declared = { ...declaredAt(gap.from - 1), affected: { persons: [], requirements: 'all' } };
  const declared = revisions.slice(0, most).map((revision): Declared => {
    const one = declaredAt(revision);
    const affected = session.read(
      (snapshot) => affectedBy(snapshot.ledger.portion(revision, 1)[0]!, snapshot, one.known.compliance),
      revision,
    );
    return { ...one, affected };
  });
  const catalogue = withRulesOf([before.known.catalogue, ...declared.map(({ known }) => known.catalogue)]);
  return { from: gap.from, to, declared: [before, ...declared], catalogue };
}

/** The revisions at which something was declared, or said of a place. */
function declarationsIn({ learning }: ReadSession, { from, to }: Gap, limit: number): readonly number[] {
  const rows = learning
    .prepare(
      `SELECT revision FROM policy
       WHERE revision >= :from AND revision < :to AND kind NOT IN ('path', 'programme', 'snapshot')
       UNION SELECT revision FROM facts WHERE person = '' AND revision >= :from AND revision < :to
       ORDER BY revision LIMIT :limit`,
    )
    .all({ from, to, limit }) as { revision: number }[];
  return rows.map(({ revision }) => revision);
}
