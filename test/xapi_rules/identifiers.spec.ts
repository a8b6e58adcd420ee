import { describe, expect, it } from 'vitest';
import { agentKey, parseAgentKey } from '../../src/xapi/identifiers.ts';
import type { Actor } from '../../src/xapi/statement.ts';

const SHA1 = 'cd9b00a5611f94eaa7b1661edab976068e364975';

describe('agentKey and parseAgentKey (Data 2.4.2.3)', () => {
  it.each([
    [{ mbox: 'mailto:Learner-1@example.org' }, 'mailto:Learner-1@example.org'],
    [{ mbox_sha1sum: SHA1 }, `sha1sum:${SHA1}`],
    [{ openid: 'http://openid.example.org/1' }, 'openid:http://openid.example.org/1'],
    [{ account: { homePage: 'http://lms.example.org', name: 'a|b c' } }, 'account:http://lms.example.org|a|b c'],
    [{ account: { homePage: 'http://lms.example.org', name: '' } }, 'account:http://lms.example.org|'],
  ] as const)('%j and %s stand for each other', (agent, key) => {
    expect(agentKey(agent)).toBe(key);
    expect(parseAgentKey(key)).toEqual(agent);
  });

  it('gives the case of a hash no meaning', () => {
    expect(agentKey({ mbox_sha1sum: SHA1.toUpperCase() })).toBe(`sha1sum:${SHA1}`);
    expect(parseAgentKey(`sha1sum:${SHA1.toUpperCase()}`)).toEqual({ mbox_sha1sum: SHA1 });
  });

  it('keys an identified group like an agent, and an anonymous one not at all', () => {
    const member = [{ mbox: 'mailto:learner-1@example.org' }];
    expect(agentKey({ objectType: 'Group', openid: 'http://groups.example.org/1', member })).toBe(
      'openid:http://groups.example.org/1',
    );
    expect(agentKey({ objectType: 'Group', member } satisfies Actor)).toBeUndefined();
  });

  it.each([
    '',
    'learner-1',
    'learner-1@example.org',
    'mailto:learner-1',
    'sha1sum:abc',
    'openid:example.org',
    'account:http://lms.example.org',
    'account:|name',
    'account:lms|name',
    'person:1',
  ])('finds no identifier in %j', (text) => {
    expect(parseAgentKey(text)).toBeUndefined();
  });
});
