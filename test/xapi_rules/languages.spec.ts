import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestEntry, parseAcceptLanguage } from '../../src/xapi/languages.ts';

const best = (tags: string[], header: string | undefined) => {
  const map = Object.fromEntries(tags.map((tag) => [tag, `in ${tag}`]));
  return Object.keys(bestEntry(map, parseAcceptLanguage(header))).join();
};

describe('bestEntry (RFC 2616 14.4, RFC 4647 3.4)', () => {
  it.each([
    [['en-US', 'en-GB'], 'en-GB', 'en-GB'],
    [['en-US', 'en-GB'], 'EN-gb', 'en-GB'],
    [['de', 'en-US'], 'en', 'en-US'],
    [['en-US', 'en'], 'en', 'en'],
    [['fr', 'de', 'en'], 'en;q=0.2, de;q=0.7, fr;q=0.5', 'de'],
    [['fr', 'de'], 'de, fr', 'de'],
    [['fr', 'de'], 'fr, de', 'fr'],
    [['en', 'de'], 'en-GB, de;q=0.1', 'de'],
    [['de', 'en'], 'en-GB', 'en'],
    [['de', 'zh-Hant'], 'zh-Hant-x-private-TW', 'zh-Hant'],
    [['de', 'fr'], '*, de;q=0', 'fr'],
    [['de', 'fr'], 'fr;q=0.5, *;q=0.7', 'de'],
    [['en-US', 'en-GB'], 'en;q=0.1, en-GB;q=0', 'en-US'],
    [['de', 'en'], 'en-GB, en;q=0', 'de'],
    [['english-language', 'en-US'], 'en', 'en-US'],
    [['de', 'fr'], 'it', 'de'],
    [['de', 'fr'], undefined, 'de'],
    [['de', 'fr'], '', 'de'],
    [['de', 'fr'], '???, fr;q=zwei, ;q=1', 'de'],
    [['de', 'fr'], 'de;q=0, fr;q=0', 'de'],
    [['de'], 'fr', 'de'],
    [[], 'fr', ''],
  ])('of %j for %s is %s', (tags, header, tag) => {
    expect(best(tags, header)).toBe(tag);
  });

  it('is always one entry of the map, unchanged', () => {
    const map = fc.dictionary(fc.constantFrom('en', 'en-US', 'de', 'de-CH', 'zh-Hant'), fc.string(), { minKeys: 1 });
    fc.assert(
      fc.property(map, fc.string(), (entries, header) => {
        const chosen = Object.entries(bestEntry(entries, parseAcceptLanguage(header)));
        expect(chosen).toHaveLength(1);
        expect(Object.entries(entries)).toContainEqual(chosen[0]);
      }),
    );
  });
});
