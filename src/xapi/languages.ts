import type { LanguageMap } from './statement.ts';

/** A range of the Accept-Language header, in lower case, with its quality from 0 to 1. */
interface LanguageRange {
  readonly range: string;
  readonly quality: number;
}

/** What a reader accepts, the most wanted first; equal qualities stay in the header's order. */
export type LanguageRanges = readonly LanguageRange[];

/** Reads an Accept-Language header (RFC 2616 section 14.4). What is no range with a quality is passed over. */
export function parseAcceptLanguage(header: string | undefined): LanguageRanges {
  const ranges: LanguageRange[] = [];
  for (const part of header?.split(',') ?? []) {
    const match = /^\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?$/.exec(part);
    if (match === null) continue;
    ranges.push({ range: (match[1] as string).toLowerCase(), quality: Math.min(1, Number(match[2] ?? 1)) });
  }
  return ranges.sort((a, b) => b.quality - a.quality);
}

/**
 * The one entry of a language map that a reader understands best: by RFC 2616 a range matches its own tag and the
 * tags that begin with it; where no tag matches, the ranges are shortened step by step (RFC 4647 lookup); where that
 * finds nothing either, the map's first entry is taken (Communication 2.1.3, language filtering).
 */
export function bestEntry(map: LanguageMap, accepted: LanguageRanges): LanguageMap {
  const tags = Object.keys(map);
  if (tags.length < 2) return map;
  const tag = matchedTag(tags, accepted) ?? lookedUpTag(tags, accepted) ?? (tags[0] as string);
  return { [tag]: map[tag] as string };
}

function matchedTag(tags: readonly string[], accepted: LanguageRanges): string | undefined {
  let best: { readonly tag: string; readonly rank: number; readonly exact: boolean } | undefined;
  for (const tag of tags) {
    const rank = rankOf(tag, accepted);
    if (rank === -1 || accepted[rank]?.quality === 0) continue;
    const exact = accepted[rank]?.range === tag.toLowerCase();
    if (best === undefined || rank < best.rank || (rank === best.rank && exact && !best.exact)) {
      best = { tag, rank, exact };
    }
  }
  return best?.tag;
}

/** The place among the ranges of the longest one that matches a tag, -1 when none does; `*` matches last. */
function rankOf(tag: string, accepted: LanguageRanges): number {
  const lowerTag = tag.toLowerCase();
  let rank = -1;
  let length = -1;
  accepted.forEach(({ range }, index) => {
    const matches = range === '*' || lowerTag === range || lowerTag.startsWith(`${range}-`);
    const weight = range === '*' ? 0 : range.length;
    if (matches && weight > length) {
      rank = index;
      length = weight;
    }
  });
  return rank;
}

function lookedUpTag(tags: readonly string[], accepted: LanguageRanges): string | undefined {
  for (const { range, quality } of accepted) {
    if (quality === 0) continue;
    for (let shorter = shorten(range); shorter !== ''; shorter = shorten(shorter)) {
      const tag = tags.find((candidate) => candidate.toLowerCase() === shorter);
      if (tag !== undefined && accepted[rankOf(tag, accepted)]?.quality !== 0) return tag;
    }
  }
  return undefined;
}

/** A range without its last subtag, and without the single letter that this leaves at its end. */
function shorten(range: string): string {
  return range.slice(0, Math.max(0, range.lastIndexOf('-'))).replace(/-[a-z0-9]$/, '');
}
