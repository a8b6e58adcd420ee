import type { Day, EquivalenceSource } from '../events/learning_types.ts';
import type { Catalogue } from './catalogue.ts';
import { addPeriod, dayBefore } from './days.ts';
import type { Certificate, FailedCondition, KnownDecision, Until } from './model.ts';

/** An end, or null for none. */
export type End = Until | null;

/** The earliest end; of several on one day the first given. */
export function earliestEnd(...ends: readonly (End | undefined)[]): End {
  let first: End = null;
  for (const end of ends) if (end && (first === null || end.day < first.day)) first = end;
  return first;
}

/** Whether `a` ends after `b`. */
export function endsLater(a: End, b: End): boolean {
  return b !== null && (a === null || a.day > b.day);
}

/**
 * Why a decision does not apply to what was completed on a day, seen on the day `asOf`: before its first day, after its
 * last, or revoked; a revocation that keeps lets completions before it count on, if it ever applied.
 */
export function termsThatFail(
  { data, revision, revoked }: KnownDecision,
  completed: Day,
  asOf: Day,
): FailedCondition[] {
  const failed: FailedCondition[] = [];
  if (asOf < data.from) failed.push({ condition: 'decision-begins', required: data.from, found: asOf, revision });
  if (data.to !== undefined && asOf > data.to) {
    failed.push({ condition: 'decision-ended', required: data.to, found: asOf, revision });
  }
  if (revoked !== undefined && asOf >= revoked.data.from) {
    const { from, keep } = revoked.data;
    const isKept = keep && data.effect === 'counts' && data.from < from && completed < from;
    if (!isKept) {
      const [required, found] = keep ? [{ completedBefore: from }, completed] : [{ before: from }, asOf];
      failed.push({ condition: 'decision-revoked', required, found, revision: revoked.revision });
    }
  }
  return failed;
}

/** The last day on which a decision applies to what counts by it now. */
export function termsEnd({ data, revoked }: KnownDecision): End {
  const ends: End = data.to === undefined ? null : { day: data.to, because: 'decision-ends' };
  if (revoked === undefined || revoked.data.keep) return ends;
  return earliestEnd(ends, { day: dayBefore(revoked.data.from), because: 'decision-revoked' });
}

/**
 * What a source asks and a certificate does not have on a day.
 * @param isDirect the certificate is of the source's own course; another has none of its versions and editions
 */
export function conditionsThatFail(
  source: EquivalenceSource,
  certificate: Certificate,
  isDirect: boolean,
  asOf: Day,
  catalogue: Catalogue,
): FailedCondition[] {
  const { completed } = certificate;
  const failed: FailedCondition[] = [];
  const expect = (holds: boolean, condition: FailedCondition['condition'], required: unknown, found: unknown) => {
    if (!holds) failed.push({ condition, required, found });
  };
  if (source.version !== undefined) {
    const version = isDirect ? (certificate.version ?? null) : null;
    expect(version === source.version, 'version', source.version, version);
  }
  if (source.edition !== undefined) {
    const editions = isDirect ? certificate.editions : [];
    expect(editions.includes(source.edition), 'edition', source.edition, editions);
  }
  if (source.completedFrom !== undefined) {
    expect(completed >= source.completedFrom, 'completed-from', source.completedFrom, completed);
  }
  if (source.completedTo !== undefined) {
    expect(completed <= source.completedTo, 'completed-to', source.completedTo, completed);
  }
  if (source.maxAge !== undefined) {
    expect(asOf <= addPeriod(completed, source.maxAge), 'maximum-age', source.maxAge, completed);
  }
  if (source.minScaled !== undefined) {
    const scaled = bestScore(source, certificate, catalogue);
    expect(scaled !== null && scaled >= source.minScaled, 'minimum-score', source.minScaled, scaled);
  }
  if (source.languages !== undefined) {
    const found = languagesOf(certificate, catalogue);
    expect(
      found.some((tag) => source.languages!.some((range) => isIn(tag, range))),
      'language',
      source.languages,
      found,
    );
  }
  return failed.concat(evidenceThatFails(source, certificate));
}

/** The last day on which a certificate is young enough for a source. */
export function ageEnd({ maxAge }: EquivalenceSource, { completed }: Certificate): End {
  return maxAge === undefined ? null : { day: addPeriod(completed, maxAge), because: 'maximum-age' };
}

/** Where platforms or issuers are named, one piece of evidence of any of them is enough. */
function evidenceThatFails({ platforms, issuers }: EquivalenceSource, { evidence }: Certificate): FailedCondition[] {
  if (platforms === undefined && issuers === undefined) return [];
  const foundPlatforms = [...new Set(evidence.flatMap((one) => (one.kind === 'statement' ? one.platform : [])))];
  const foundIssuers = [...new Set(evidence.flatMap((one) => (one.kind === 'recorded' ? one.issuer : [])))];
  if (foundPlatforms.some((one) => platforms?.includes(one)) || foundIssuers.some((one) => issuers?.includes(one))) {
    return [];
  }
  return [
    ...(platforms ? [{ condition: 'platform' as const, required: platforms, found: foundPlatforms }] : []),
    ...(issuers ? [{ condition: 'issuer' as const, required: issuers, found: foundIssuers }] : []),
  ];
}

function languagesOf({ course, editions }: Certificate, catalogue: Catalogue): readonly string[] {
  const found = editions
    .flatMap((code) => catalogue.editions.get(code) ?? [])
    .filter((one) => one.course.data.course === course)
    .flatMap(({ edition }) => edition.language ?? []);
  return [...new Set(found)];
}

/** Whether a language tag is in a range: `en-GB` is in `en` (RFC 4647 basic filtering). */
function isIn(tag: string, range: string): boolean {
  const lower = tag.toLowerCase();
  return lower === range.toLowerCase() || lower.startsWith(`${range.toLowerCase()}-`);
}

/**
 * The best score of what is otherwise as the source asks: a score from elsewhere does not lift the evidence of a
 * platform, an edition or a language that is asked for.
 */
function bestScore(
  { platforms, issuers, edition, languages }: EquivalenceSource,
  certificate: Certificate,
  catalogue: Catalogue,
): number | null {
  const scores = certificate.evidence.flatMap((one) => {
    if (one.kind !== 'statement' || one.scaled === undefined) return [];
    if ((platforms ?? issuers) !== undefined && !platforms?.includes(one.platform)) return [];
    if (edition !== undefined && one.edition !== edition) return [];
    const spoken = one.edition === undefined ? [] : languagesOf({ ...certificate, editions: [one.edition] }, catalogue);
    const isSpoken = languages === undefined || spoken.some((tag) => languages.some((range) => isIn(tag, range)));
    return isSpoken ? one.scaled : [];
  });
  return scores.length === 0 ? null : Math.max(...scores);
}
