import type { Grammar } from '../../support/grammar.ts';
import type { Posted } from '../../support/statements.ts';

const member = { mbox: 'mailto:member@example.org' };
const identifiers: Record<string, Posted> = {
  mbox: { mbox: 'mailto:learner-2@example.org' },
  mbox_sha1sum: { mbox_sha1sum: 'ebd31e95054c018b10727ccffd2ef2ec3a016ee9' },
  openid: { openid: 'https://openid.example.org/2' },
  account: { account: { homePage: 'https://lms.example.org', name: '2' } },
};
const agent = (changes: Posted) => ({ ...identifiers.mbox, ...changes });
const group = (changes: Posted) => ({ objectType: 'Group', ...changes });

/** Wherever an agent or a group can stand, and where an answer points then. */
const agents: [string, (agent: Posted) => Posted, string][] = [
  ['actor', (actor) => ({ actor }), '/actor'],
  ['object', (object) => ({ object: { objectType: 'Agent', ...object } }), '/object'],
  ['instructor', (instructor) => ({ context: { instructor } }), '/context/instructor'],
  ['member', (one) => ({ actor: group({ member: [member, one] }) }), '/actor/member/1'],
];
const groups: typeof agents = [
  ['actor', (actor) => ({ actor }), '/actor'],
  ['object', (object) => ({ object }), '/object'],
  ['instructor', (instructor) => ({ context: { instructor } }), '/context/instructor'],
  ['team', (team) => ({ context: { team } }), '/context/team'],
];

const pairs = Object.keys(identifiers).flatMap((one, index, all) => all.slice(index + 1).map((two) => [one, two]));
const wrongAgents: [string, Posted, string][] = [
  ['XAPI-00032 a numeric objectType', agent({ objectType: 1 }), '/objectType'],
  ['XAPI-00032 an objectType that is an object', agent({ objectType: {} }), '/objectType'],
  ['XAPI-00033 a numeric name', agent({ name: 1 }), '/name'],
  ['XAPI-00033 a name that is an object', agent({ name: {} }), '/name'],
  ['XAPI-00038 an mbox that is an object', { mbox: {} }, '/mbox'],
  ['XAPI-00038 an mbox of another scheme', { mbox: 'http://example.org/' }, '/mbox'],
  ['XAPI-00038 an mbox of two addresses', { mbox: 'mailto:a@example.org,b@example.org' }, '/mbox'],
  ['XAPI-00039 a numeric sha1', { mbox_sha1sum: 1 }, '/mbox_sha1sum'],
  ['XAPI-00039 a sha1 of 39 digits', { mbox_sha1sum: 'a'.repeat(39) }, '/mbox_sha1sum'],
  ['XAPI-00039 a sha1 with a g', { mbox_sha1sum: 'g'.repeat(40) }, '/mbox_sha1sum'],
  ['XAPI-00040 a numeric openid', { openid: 1 }, '/openid'],
  ['XAPI-00040 an openid with a space', { openid: 'https://example.org/a b' }, '/openid'],
  ['XAPI-00041 an account that is text', { account: 'a' }, '/account'],
  ['XAPI-00042 an account without home page', { account: { name: 'a' } }, '/account/homePage'],
  ['XAPI-00042 a home page that is no IRL', { account: { name: 'a', homePage: 'home' } }, '/account/homePage'],
  ['XAPI-00043 an account without name', { account: { homePage: 'https://example.org' } }, '/account/name'],
  [
    'XAPI-00043 an account with more',
    { account: { homePage: 'https://example.org', name: 'a', id: 1 } },
    '/account/id',
  ],
  ['XAPI-00034 an agent with members', agent({ member: [member] }), '/member'],
  ['XAPI-00034 a Person', agent({ objectType: 'Person' }), '/objectType'],
];
const wrongGroups: [string, Posted, string][] = [
  ['XAPI-00036 a member that is text', group({ member: ['a'] }), '/member/0'],
  ['XAPI-00036 members that are an object', group({ ...identifiers.mbox, member: member }), '/member'],
  ['XAPI-00036 a group as member', group({ member: [group({ ...identifiers.mbox })] }), '/member/0/objectType'],
  [
    'XAPI-00036 a member with two identifiers',
    group({ member: [{ ...identifiers.mbox, ...identifiers.openid }] }),
    '/member/0',
  ],
  ['XAPI-00033 a numeric name of a group', group({ ...identifiers.mbox, name: 1 }), '/name'],
];

const refused: Grammar['refused'] = [
  ['XAPI-00031 an actor that is an Activity', { actor: agent({ objectType: 'Activity' }) }, '/actor/objectType'],
  ['XAPI-00034 an actor without identifier', { actor: { objectType: 'Agent', name: 'a' } }, '/actor'],
  ['XAPI-00035 a group without members', { actor: group({ name: 'a' }) }, '/actor'],
  ['XAPI-00035 a group of nobody', { actor: group({ member: [] }) }, '/actor'],
  [
    'XAPI-00088 a team that is an Agent',
    { context: { team: agent({ objectType: 'Agent' }) } },
    '/context/team/objectType',
  ],
  ['XAPI-00088 a team that does not say what it is', { context: { team: agent({}) } }, '/context/team/objectType'],
  ...agents.flatMap(([where, put, pointer]) => [
    ...wrongAgents.map(([title, wrong, at]) => [`${title} (${where})`, put(wrong), pointer + at] as const),
    ...pairs.map(
      ([one, two]) =>
        [
          `XAPI-00034 ${one} and ${two} (${where})`,
          put({ ...identifiers[one!], ...identifiers[two!] }),
          pointer,
        ] as const,
    ),
  ]),
  ...groups.flatMap(([where, put, pointer]) => [
    ...wrongGroups.map(([title, wrong, at]) => [`${title} (${where})`, put(wrong), pointer + at] as const),
    ...pairs.map(
      ([one, two]) =>
        [
          `XAPI-00037 a group with ${one} and ${two} (${where})`,
          put(group({ ...identifiers[one!], ...identifiers[two!] })),
          pointer,
        ] as const,
    ),
  ]),
];

const accepted: Grammar['accepted'] = Object.entries(identifiers).flatMap(([name, identifier]) => [
  ...agents.map(
    ([where, put]) => [`XAPI-00034 an agent's ${name} (${where})`, put({ ...identifier, name: 'Æ' })] as const,
  ),
  ...groups.map(
    ([where, put]) =>
      [`XAPI-00037 a group's ${name} (${where})`, put(group({ ...identifier, member: [member] }))] as const,
  ),
  [`XAPI-00035 a group of one member by ${name}`, { actor: group({ member: [identifier] }) }] as const,
]);

/** Agents and groups, wherever they can stand. */
export const ACTORS: Readonly<Record<string, Grammar>> = { 'Data 2.4.2': { refused, accepted } };
