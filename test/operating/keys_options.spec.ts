import { expect, it } from 'vitest';
import { HELP, readCommand } from '../../scripts/keys/options.ts';
import { ROLE_FORMS } from '../../src/identity/roles.ts';
import { SCOPES } from '../../src/identity/scopes.ts';

it.each([
  [['list'], { kind: 'list' }],
  [['revoke', 'k'], { kind: 'revoke', key: 'k' }],
  [['revoke', '--help'], { kind: 'help' }],
  [['-h'], { kind: 'help' }],
  [
    ['issue', '--name', 'moodle', '--scopes', 'statements/write, state'],
    { kind: 'issue', asked: { name: 'moodle', scopes: ['statements/write', 'state'] } },
  ],
  [
    ['issue', '--name', 'hr', '--roles', 'agency-editor:unhq, policy-editor:*'],
    { kind: 'issue', asked: { name: 'hr', roles: ['agency-editor:unhq', 'policy-editor:*'] } },
  ],
  [
    ['issue', '--name', 'x', '--scopes', 'all', '--key', 'k', '--secret', 's:'],
    { kind: 'issue', asked: { name: 'x', scopes: ['all'], key: 'k', secret: 's:' } },
  ],
])('%j is understood', (args, command) => {
  expect(readCommand(args)).toEqual(command);
});

it.each([
  [[], 'issue, list or revoke is missing'],
  [['create'], 'there is no command create'],
  [['list', 'all'], 'all is too much'],
  [['list', '--name', 'x'], 'the options belong to issue'],
  [['revoke'], 'KEY is missing'],
  [['revoke', 'k', 'l'], 'l is too much'],
  [['issue', '--scopes', 'all'], '--name is missing'],
  [['issue', '--name', 'x'], '--scopes or --roles is missing'],
  [['issue', '--name', '', '--scopes', 'all'], '--name: '],
  [['issue', '--name', 'x', '--scopes', 'all', '--key', 'k'], '--key and --secret go together'],
  [['issue', '--name', 'x', '--scopes', 'all', '--key', 'a:b', '--secret', 's'], '--key: a key has no colon'],
  [['issue', '--name', 'x', '--scopes', 'statement/write'], 'did you mean statements/write?'],
  [['issue', '--name', 'x', '--scopes', ''], '--scopes: there is no scope '],
  [['issue', '--name', 'x', '--roles', 'agency-editor'], 'did you mean agency-editor:AGENCY?'],
  [['issue', '--name', 'x', '--roles', 'agency-editor:*'], '--roles: there is no role agency-editor:*'],
  [['issue', '--nam', 'x'], "Unknown option '--nam'"],
])('%j is refused with the reason', (args, message) => {
  expect(() => readCommand(args)).toThrow(message);
});

it('the help names every scope and role', () => {
  for (const form of Object.values(ROLE_FORMS)) expect(HELP).toContain(`  ${form} `);
  for (const scope of Object.keys(SCOPES)) expect(HELP).toContain(`  ${scope} `);
});
