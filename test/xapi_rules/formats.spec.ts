import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../src/xapi/formats.ts';

const SHA256 = '495395e777cd98da653df9615d09c0fd6bb2f8d4788394cd53c56a3bfdcd848a';

const VALID: Record<string, string[]> = {
  iri: [
    'http://example.org',
    'https://example.org/a%20b?x[]=1#f',
    'course-v1:FUN-MOOC+00002+session01',
    'urn:uuid:6690e6c9-3ef0-4ed3-8b37-7f3964730bee',
    'tag:example.org,2024:x',
    'http://example.com/فعل/خواندن',
    'http://example.org/😀',
  ],
  uri: ['http://openid.example.org/12345'],
  mailto: ['mailto:learner-1@example.org', "mailto:a.b+c/o'd_=%e@sub.example.org", 'mailto:é@exämple.org'],
  uuid: [
    '6690e6c9-3ef0-4ed3-8b37-7f3964730bee',
    'AA97B177-9383-4934-8543-0F91A7A02836',
    '12345678-1234-5678-1234-567812345678',
  ],
  sha1: ['cd9b00a5611f94eaa7b1661edab976068e364975', 'CD9B00A5611F94EAA7B1661EDAB976068E364975'],
  sha2: [SHA256, SHA256.toUpperCase(), SHA256.slice(0, 56), SHA256 + SHA256, SHA256 + SHA256.slice(0, 32)],
  duration: [
    'P3Y',
    'P4W',
    'P0.5W',
    'P1M',
    'PT1M',
    'P1DT12H36M0.12567S',
    'P3Y1M29DT4H35M59.14S',
    'PT16559,14S',
    'PT1.5H',
    'PT0S',
  ],
  'language-tag': [
    'en',
    'EN-us',
    'cmn',
    'zh-cmn-Hans-CN',
    'sr-Latn-RS',
    'es-419',
    'de-CH-1901',
    'sl-rozaj-biske',
    'de-u-co-phonebk',
    'x-whatever',
    'en-x-a-b',
    'i-klingon',
    'en-GB-oed',
    'art-lojban',
    'und',
  ],
  'media-type': ['text/plain', 'text/plain; charset=ascii', 'application/vnd.x+json;a="b;\\"c"', 'text/plain;'],
};

const INVALID: Record<string, string[]> = {
  iri: [
    '',
    'http:',
    'example.org/x',
    'ab=c://should.fail.com',
    '1http://example.org',
    'http://example.org/a b',
    'http://example.org/{id}',
    'http://example.org/<x>',
    'http://example.org/a\nb',
    'http://example.org/%zz',
    'http://example.org/%2',
  ],
  uri: ['http://openid.example.org/é', 'openid.example.org'],
  mailto: [
    'learner-1@example.org',
    'mailto:should.fail.com',
    'mailto:@example.org',
    'mailto:a@',
    'mailto:a@b@c',
    'mailto:a@b?subject=x',
    'mailto:a b@example.org',
    'http://should.fail.com',
  ],
  uuid: [
    '',
    'AA97B177-9383-4934-8543-0F91A7A028368',
    'MA97B177-9383-4934-8543-0F91A7A02836',
    '{6690e6c9-3ef0-4ed3-8b37-7f3964730bee}',
    '6690e6c93ef04ed38b377f3964730bee',
  ],
  sha1: ['', 'cd9b00a5', 'gd9b00a5611f94eaa7b1661edab976068e364975'],
  sha2: ['', 'abc', SHA256.slice(1), `g${SHA256.slice(1)}`],
  duration: [
    '',
    'P',
    'PT',
    'P1DT',
    'PA1H0M0S',
    'P4W1D',
    '1H',
    'PT1S1M',
    'P1.5DT1H',
    'PT1.5H1M',
    '-P1D',
    'p1d',
    'PT1.S',
  ],
  'language-tag': ['', 'a', 'a12345678', 'something', 'en_US', 'en-', 'en--US', 'en-a', 'en-languages', 'x'],
  'media-type': ['', 'text', 'text/', '/plain', 'text/plain charset=ascii', 'text/plain; charset', 'text /plain'],
};

describe.each(Object.keys(VALID))('format %s', (format) => {
  const accepts = FORMATS[format] as (text: string) => boolean;

  it.each(VALID[format] as string[])('accepts %s', (text) => {
    expect(accepts(text)).toBe(true);
  });

  it.each(INVALID[format] as string[])('refuses %j', (text) => {
    expect(accepts(text)).toBe(false);
  });
});

it('is tested for every format but timestamps, which instant.spec.ts tests', () => {
  expect([...Object.keys(VALID), 'timestamp'].sort()).toEqual(Object.keys(FORMATS).sort());
});
