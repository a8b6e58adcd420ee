import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prepareStatements } from '../../src/commands/prepare_statements.ts';
import { statementBytes, UNSTAMPED } from '../../src/events/statement_bytes.ts';
import type { Credential } from '../../src/store.ts';
import { parseExactJson } from '../../src/xapi/exact_json.ts';
import { SentStatements } from '../../src/xapi/sent_statements.ts';
import type { Statement } from '../../src/xapi/statement.ts';
import { XAPI_VERSIONS, type XapiVersion } from '../../src/xapi/version.ts';
import { arbitraryStatement } from './arbitrary_statement.ts';

const ID = '6690e6c9-3ef0-4ed3-8b37-7f3964730bee';
const REST = '"actor":{"mbox":"mailto:learner-1@example.org"},"verb":{"id":"http://verbs.example.org/answered"}';
const OBJECT = '"object":{"id":"http://activities.example.org/1"}';
const AUTHORITY = { account: { homePage: 'http://ledger.example.org', name: 'key-1' } };
const CREDENTIAL = { key: 'key-1', scopes: ['all'], authority: AUTHORITY } as unknown as Credential;

const membersOf = (text: string, i = 0) => new SentStatements(text).members(i);

/** The texts of the events' data for a request's body. */
function prepared(text: string, version: XapiVersion, isAsSent: boolean): string[] {
  const sent = new SentStatements(text);
  const batch = Array.isArray(sent.value);
  const values = (batch ? sent.value : [sent.value]) as unknown[];
  const members = (i: number) => (isAsSent ? sent.members(i) : undefined);
  const { command } = prepareStatements({ values, batch, version, credential: CREDENTIAL, blobs: new Map(), members });
  return [...command.texts];
}

/** JSON whose white space, and members' order at the top, are as a client may have them. */
function written(value: Statement, order: readonly number[], space: string): string {
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}${space}:${space}${spaced(member, space)}`,
  );
  const drawn = members.map((member, i) => [order[i % order.length]!, member] as const).sort(([a], [b]) => a - b);
  return `${space}{${space}${drawn.map(([, member]) => member).join(`${space},${space}`)}${space}}${space}`;
}

function spaced(value: unknown, space: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => spaced(item, space)).join(`,${space}`)}]`;
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${spaced(member, space)}`);
  return `{${members.join(`${space},`)}}`;
}

/** Not refused for its numbers. */
function isExact(text: string): boolean {
  try {
    parseExactJson(text);
    return true;
  } catch {
    return false;
  }
}

describe('SentStatements', () => {
  it.each([
    ['the id in front', `{"id":"${ID}",${REST},${OBJECT}}`, `${REST},${OBJECT}`],
    ['the id between', `{${REST},"id":"${ID}",${OBJECT}}`, `${REST},${OBJECT}`],
    ['the id at the end', `{${REST},${OBJECT},"id":"${ID}"}`, `${REST},${OBJECT}`],
    ['no id', `{${REST},${OBJECT}}`, `${REST},${OBJECT}`],
    [
      'all three at the end',
      `{${REST},${OBJECT},"id":"${ID}","stored":"x","authority":{"id":[1,{"id":2}]}}`,
      `${REST},${OBJECT}`,
    ],
    ['spaces', `{ ${REST}, "id" : "${ID}" , ${OBJECT} , "stored" : "x" } `, ` ${REST}, ${OBJECT}`],
    [
      'members of members',
      `{${REST},"object":{"id":"1","stored":[{"id":1}]}}`,
      `${REST},"object":{"id":"1","stored":[{"id":1}]}`,
    ],
  ])('gives what the store does not set: %s', (_, text, members) => {
    expect(membersOf(text)).toBe(members);
    expect(membersOf(`[{"id":1,"a":2},${text}]`, 1)).toBe(members);
  });

  it('leaves what has been laid out to be read', () => {
    for (const white of ['\n', '\r', '\t']) expect(membersOf(`{${REST},${white}${OBJECT}}`)).toBeUndefined();
  });
});

describe('what has escapes', () => {
  it.each([
    ['slashes are plain', '{"a":"http:\\/\\/b","c\\/":1}', '"a":"http://b","c/":1'],
    ['but where a backslash has one', '{"a":"\\\\/"}', '"a":"\\\\/"'],
    ['values keep theirs', '{"a":"\\u0062\\n"}', '"a":"\\u0062\\n"'],
    ['names have none', `{"\\u0069d":"${ID}",${REST},${OBJECT}}`, undefined],
  ])('%s', (_, text, members) => {
    expect(membersOf(text)).toBe(members);
  });
});

describe('the text of an event', () => {
  it('has numbers, escapes and spaces as they were sent', () => {
    const extensions = '{ "http://a.example.org/1":[1.0, -0, 1e2, 0.10, "\\u00e9\\\\"] }';
    const [text] = prepared(`{"id":"${ID}",${REST},${OBJECT},"result":{"extensions":${extensions}}}`, '1.0.3', true);
    expect(statementBytes(Buffer.from(text!)).toString()).toBe(
      `{"id":"${ID}",${REST},${OBJECT},"result":{"extensions":${extensions}},` +
        `"authority":${JSON.stringify(AUTHORITY)},"version":"1.0.0","timestamp":"${UNSTAMPED}","stored":"${UNSTAMPED}"}`,
    );
  });

  it('says the same as one that is written anew, wherever the members stand', () => {
    const statement = fc.tuple(
      arbitraryStatement,
      fc.record(
        {
          authority: fc.constant({ mbox: 'mailto:a@example.org' }),
          stored: fc.constant('2020-01-01T00:00:00Z'),
          version: fc.constant('1.0.2'),
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(
        fc.array(statement, { maxLength: 3 }),
        fc.array(fc.nat(9), { minLength: 1, maxLength: 12 }),
        fc.constantFrom('', ' ', '  '),
        fc.constantFrom(...XAPI_VERSIONS),
        fc.boolean(),
        (drawn, order, space, version, isBatch) => {
          const statements = drawn.map((parts, i) => ({
            ...Object.assign({}, ...parts),
            // One that both ways give.
            id: `6690e6c9-3ef0-4ed3-8b37-${i.toString().padStart(12, '0')}`,
          }));
          const texts = statements.map((one) => written(one, order, space));
          fc.pre(isBatch || texts.length > 0);
          const body = isBatch ? `[${texts.join(`,${space}`)}]` : texts[0]!;
          fc.pre(isExact(body));
          const kept = prepared(body, version, true);
          const anew = prepared(body, version, false);
          expect(kept.map((text) => JSON.parse(text))).toEqual(anew.map((text) => JSON.parse(text)));
          // The writer stamps the end.
          const end = (text: string) => /("timestamp":"0000[^"]*",)?"stored":"0000[^"]*"\}\}$/.exec(text)?.[0];
          expect(kept.map(end)).toEqual(anew.map(end));
          for (const text of kept) expect(text).toMatch(/^\{("defines":true,)?"statement":\{"id":"6690e6c9/);
        },
      ),
    );
  });
});
