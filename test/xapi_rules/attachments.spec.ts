import { describe, expect, it } from 'vitest';
import { declaredAttachments, matchAttachments } from '../../src/xapi/attachments.ts';
import type { Attachment, Statement, SubStatement } from '../../src/xapi/statement.ts';
import { refusalOf } from './refusal.ts';

const hash = (digit: string) => digit.repeat(64);
const attachment = (sha2: string, more: Partial<Attachment> = {}): Attachment => ({
  usageType: 'http://example.org/usage',
  display: { en: 'Certificate' },
  contentType: 'text/plain; charset=utf-8',
  length: 3,
  sha2,
  ...more,
});
const part = (sha2: string, more: object = {}) => ({
  sha2,
  length: 3,
  contentType: 'text/plain;charset="utf-8"',
  ...more,
});
const statement = (...attachments: Attachment[]): Statement => ({
  actor: { mbox: 'mailto:learner-1@example.org' },
  verb: { id: 'http://verbs.example.org/earned' },
  object: { id: 'http://activities.example.org/1' },
  ...(attachments.length > 0 && { attachments }),
});
const FILE = { fileUrl: 'http://files.example.org/1' };

describe('matchAttachments accepts', () => {
  it.each([
    ['no attachments', [statement()], []],
    ['only files elsewhere', [statement(attachment(hash('a'), FILE))], []],
    ['data for each', [statement(attachment(hash('a')), attachment(hash('b')))], [part(hash('b')), part(hash('a'))]],
    [
      'one part for two statements',
      [statement(attachment(hash('a'))), statement(attachment(hash('a')))],
      [part(hash('a'))],
    ],
    ['one part twice', [statement(attachment(hash('a')))], [part(hash('a')), part(hash('a'))]],
    ['data beside a file', [statement(attachment(hash('a'), FILE))], [part(hash('a'))]],
    ['hashes in another case', [statement(attachment(hash('A')))], [part(hash('a'))]],
    ['a part without content type', [statement(attachment(hash('a')))], [part(hash('a'), { contentType: undefined })]],
  ])('%s', (_, statements, parts) => {
    expect(matchAttachments(declaredAttachments(statements, true), parts)).toBeUndefined();
  });
});

describe('matchAttachments refuses', () => {
  it.each<[string, Statement[], ReturnType<typeof part>[], object]>([
    [
      'data that is missing',
      [statement(), statement(attachment(hash('a'), FILE), attachment(hash('b')))],
      [part(hash('a'))],
      { code: 'invalid_statement', property: '/1/attachments/1/sha2' },
    ],
    [
      'a part that nothing declares',
      [statement(attachment(hash('a')))],
      [part(hash('a')), part(hash('b'))],
      { code: 'invalid_body', property: 'X-Experience-API-Hash' },
    ],
    [
      'another length',
      [statement(attachment(hash('a')))],
      [part(hash('a'), { length: 4 })],
      { code: 'invalid_statement', property: '/0/attachments/0/length' },
    ],
    [
      'another content type',
      [statement(attachment(hash('a'), FILE))],
      [part(hash('a'), { contentType: 'text/html' })],
      { code: 'invalid_statement', property: '/0/attachments/0/contentType' },
    ],
  ])('%s', (_, statements, parts, expected) => {
    expect(refusalOf(() => matchAttachments(declaredAttachments(statements, true), parts))).toMatchObject(expected);
  });

  it('what a sub-statement lacks, in a request of one statement', () => {
    const object = { objectType: 'SubStatement', ...statement(attachment(hash('a'))) } as SubStatement;
    const one = { ...statement(), object };
    expect(refusalOf(() => matchAttachments(declaredAttachments([one], false), [])).property).toBe(
      '/object/attachments/0/sha2',
    );
    expect(matchAttachments(declaredAttachments([one], false), [part(hash('a'))])).toBeUndefined();
  });
});

it('declaredAttachments gives all in order with their places', () => {
  const object = { objectType: 'SubStatement', ...statement(attachment(hash('c'))) } as SubStatement;
  const one = { ...statement(attachment(hash('a')), attachment(hash('b'))), object };
  expect(declaredAttachments([statement(), one], true).map((each) => [each.pointer, each.attachment.sha2[0]])).toEqual([
    ['/1/attachments/0', 'a'],
    ['/1/attachments/1', 'b'],
    ['/1/object/attachments/0', 'c'],
  ]);
});
