import { describe, expect, it } from 'vitest';
import { isJson, normalMediaType } from '../../src/xapi/media_type.ts';

describe('normalMediaType', () => {
  it.each([
    ['text/plain', 'Text/PLAIN'],
    ['text/plain; charset=utf-8', 'text/plain;charset="UTF-8"'],
    ['text/plain; a=1; b=2', 'text/plain ; B=2 ;a=1;'],
    ['text/plain;a="x;\\"y"', 'text/plain; a="x;\\"y"'],
  ])('%s is %s', (a, b) => {
    expect(normalMediaType(a)).toBe(normalMediaType(b));
  });

  it.each([
    ['text/plain', 'text/html'],
    ['text/plain', 'text/plain; charset=utf-8'],
    ['text/plain; a=b', 'text/plain; a=B'],
    ['text/plain; a="x;b=1"', 'text/plain; a=x; b=1'],
  ])('%s is not %s', (a, b) => {
    expect(normalMediaType(a)).not.toBe(normalMediaType(b));
  });
});

describe('isJson', () => {
  it.each(['application/json', 'Application/JSON', 'application/json; charset=utf-8', ' application/json ;x=1'])(
    'is true of %s',
    (mediaType) => {
      expect(isJson(mediaType)).toBe(true);
    },
  );

  it.each(['', 'text/plain', 'application/jsonp', 'application/json-patch+json', 'not/json', 'x; application/json'])(
    'is false of %j',
    (mediaType) => {
      expect(isJson(mediaType)).toBe(false);
    },
  );
});
