import type { Grammar } from '../../support/grammar.ts';
import { aStatement, type Posted, refTo } from '../../support/statements.ts';

const ID = '8f87ccde-bb56-4c2e-ab83-44982ef22df0';
const iri = 'https://example.org/thing';
const score = (changes: Posted) => ({ result: { score: changes } });
const activities = (changes: unknown) => ({ context: { contextActivities: changes } });

const refused: Grammar['refused'] = [
  ['XAPI-00074 success as text', { result: { success: 'false' } }, '/result/success'],
  ['XAPI-00075 completion as number', { result: { completion: 0 } }, '/result/completion'],
  ['XAPI-00076 response as number', { result: { response: 1 } }, '/result/response'],
  ['XAPI-00076 response as object', { result: { response: {} } }, '/result/response'],
  ['XAPI-00077 duration as number', { result: { duration: 1 } }, '/result/duration'],
  ['XAPI-00124 duration of no form', { result: { duration: 'an hour' } }, '/result/duration'],
  ['XAPI-00124 weeks with days', { result: { duration: 'P4W1D' } }, '/result/duration'],
  ['XAPI-00124 the alternative format', { result: { duration: 'P0001-01-01T00:00:00' } }, '/result/duration'],
  ['XAPI-00124 no number', { result: { duration: 'PT' } }, '/result/duration'],
  ['XAPI-00124 a fraction in the middle', { result: { duration: 'PT1.5H2M' } }, '/result/duration'],
  ['XAPI-00124 a negative duration', { result: { duration: '-PT1H' } }, '/result/duration'],
  ['XAPI-00078 extensions as text', { result: { extensions: 'x' } }, '/result/extensions'],
  ['XAPI-00118 an extension without IRI', { result: { extensions: { x: 1 } } }, '/result/extensions/x'],
  ['XAPI-00079 score as number', { result: { score: 1 } }, '/result/score'],
  ['XAPI-00083 scaled above 1', score({ scaled: 1.01 }), '/result/score/scaled'],
  ['XAPI-00083 scaled below -1', score({ scaled: -1.00001 }), '/result/score/scaled'],
  ['XAPI-00083 scaled as text', score({ scaled: '1' }), '/result/score/scaled'],
  ['XAPI-00082 raw above max', score({ raw: 11, max: 10 }), '/result/score/raw'],
  ['XAPI-00082 raw below min', score({ raw: -1, min: 0 }), '/result/score/raw'],
  ['XAPI-00081 min above max', score({ min: 2, max: 1 }), '/result/score/min'],
  ['XAPI-00081 min that is max', score({ min: 1, max: 1 }), '/result/score/min'],
  ['XAPI-00092 registration as object', { context: { registration: {} } }, '/context/registration'],
  [
    'XAPI-00028 registration without hyphens',
    { context: { registration: ID.replaceAll('-', '') } },
    '/context/registration',
  ],
  ['XAPI-00027 registration with a g', { context: { registration: ID.replace('f', 'g') } }, '/context/registration'],
  ['XAPI-00087 instructor as text', { context: { instructor: 'a' } }, '/context/instructor'],
  ['XAPI-00087 instructor of nothing', { context: { instructor: {} } }, '/context/instructor'],
  ['XAPI-00088 team as text', { context: { team: 'a' } }, '/context/team'],
  ['XAPI-00086 contextActivities as text', activities('x'), '/context/contextActivities'],
  ['XAPI-00093 an unknown kind', activities({ sibling: [] }), '/context/contextActivities/sibling'],
  ['XAPI-00093 a kind in another case', activities({ Parent: [] }), '/context/contextActivities/Parent'],
  ['XAPI-00094 a parent as text', activities({ parent: iri }), '/context/contextActivities/parent'],
  [
    'XAPI-00094 a parent that is an agent',
    activities({ parent: [{ mbox: 'mailto:a@example.org' }] }),
    '/context/contextActivities/parent/0/id',
  ],
  [
    'XAPI-00094 a category without id',
    activities({ category: { objectType: 'Activity' } }),
    '/context/contextActivities/category/id',
  ],
  [
    'XAPI-00094 a grouping that is a reference',
    activities({ grouping: [refTo(ID)] }),
    '/context/contextActivities/grouping/0/objectType',
  ],
  ['XAPI-00089 revision as number', { context: { revision: 1 } }, '/context/revision'],
  ['XAPI-00090 platform as object', { context: { platform: {} } }, '/context/platform'],
  ['XAPI-00091 language as number', { context: { language: 1 } }, '/context/language'],
  ['XAPI-00092 a statement that is none', { context: { statement: { id: ID } } }, '/context/statement/objectType'],
  ['XAPI-00092 a statement without UUID', { context: { statement: refTo('x') } }, '/context/statement/id'],
  [
    'XAPI-00118 an extension of the context without IRI',
    { context: { extensions: { 'a b:c': 1 } } },
    '/context/extensions/a b:c',
  ],
  ...(['revision', 'platform'] as const).flatMap((name): [string, Posted, string][] => [
    [
      `XAPI-00084, XAPI-00085 ${name} with an agent`,
      { context: { [name]: '1' }, object: { objectType: 'Agent', mbox: 'mailto:a@example.org' } },
      `/context/${name}`,
    ],
    [
      `XAPI-00084, XAPI-00085 ${name} with a group`,
      { context: { [name]: '1' }, object: { objectType: 'Group', mbox: 'mailto:a@example.org' } },
      `/context/${name}`,
    ],
    [
      `XAPI-00084, XAPI-00085 ${name} with a reference`,
      { context: { [name]: '1' }, object: refTo(ID) },
      `/context/${name}`,
    ],
  ]),
];

const accepted: Grammar['accepted'] = [
  ['XAPI-00083 scaled 1.0 and -1', score({ scaled: 1.0, raw: 1, min: 1, max: 2 })],
  ['XAPI-00083 scaled -1', score({ scaled: -1 })],
  ['XAPI-00082 raw alone', score({ raw: -12345.678 })],
  ['XAPI-00080 seven digits', score({ max: 1.234567, min: -1.234567 })],
  ['XAPI-00076 an empty response', { result: { response: '' } }],
  ...['PT4H35M59.14S', 'PT16559.14S', 'P3Y1M29DT4H35M59.14S', 'P3Y', 'P4W', 'PT0S', 'P1DT0.5H'].map(
    (duration): [string, Posted] => [`XAPI-00124 ${duration}`, { result: { duration } }],
  ),
  ['XAPI-00084, XAPI-00085 revision and platform with an Activity', { context: { revision: '', platform: 'x' } }],
  [
    'XAPI-00093 all kinds',
    activities({ parent: [{ id: iri }], grouping: [], category: [{ id: iri }, { id: iri }], other: [{ id: iri }] }),
  ],
  [
    'XAPI-00087 an instructor that is a group',
    { context: { instructor: { objectType: 'Group', member: [{ mbox: 'mailto:a@example.org' }] } } },
  ],
  ['XAPI-00092 a statement as context', { context: { statement: refTo(ID) } }],
  [
    'XAPI-00119, XAPI-00120 extensions of every kind',
    { context: { extensions: { [iri]: '', 'urn:a': null, 'urn:b': {}, 'urn:c': [1, 'x', true] } } },
  ],
];

const aboutSubStatements: Grammar = {
  inSubStatements: false,
  refused: (['revision', 'platform'] as const).map((name) => [
    `XAPI-00084, XAPI-00085 ${name}`,
    { context: { [name]: '1' }, object: { objectType: 'SubStatement', ...aStatement() } },
    `/context/${name}`,
  ]),
  accepted: [],
};

const contextAgent = (changes: Posted) => ({
  context: { contextAgents: [{ objectType: 'contextAgent', agent: { mbox: 'mailto:a@example.org' }, ...changes }] },
});
const contextGroup = (changes: Posted) => ({
  context: {
    contextGroups: [
      { objectType: 'contextGroup', group: { objectType: 'Group', mbox: 'mailto:g@example.org' }, ...changes },
    ],
  },
});
const newer: Grammar['refused'] = [
  ['a contextAgent of another type', contextAgent({ objectType: 'Agent' }), '/context/contextAgents/0/objectType'],
  [
    'a contextAgent in another case',
    contextAgent({ objectType: 'ContextAgent' }),
    '/context/contextAgents/0/objectType',
  ],
  ['a contextAgent without agent', contextAgent({ agent: undefined }), '/context/contextAgents/0/agent'],
  ['a contextAgent of a wrong agent', contextAgent({ agent: { name: 'a' } }), '/context/contextAgents/0/agent'],
  ['a contextAgent without types', contextAgent({ relevantTypes: [] }), '/context/contextAgents/0/relevantTypes'],
  [
    'a contextAgent of a type that is no IRI',
    contextAgent({ relevantTypes: [iri, 'x'] }),
    '/context/contextAgents/0/relevantTypes/1',
  ],
  [
    'a contextGroup of another type',
    contextGroup({ objectType: 'contextAgent' }),
    '/context/contextGroups/0/objectType',
  ],
  [
    'a contextGroup of a wrong group',
    contextGroup({ group: { objectType: 'Group' } }),
    '/context/contextGroups/0/group',
  ],
  [
    'a contextGroup of an agent',
    contextGroup({ group: { mbox: 'mailto:a@example.org' } }),
    '/context/contextGroups/0/group/objectType',
  ],
  ['a contextGroup without types', contextGroup({ relevantTypes: [] }), '/context/contextGroups/0/relevantTypes'],
];

const before: Grammar['refused'] = [
  ['contextAgents before they were known', contextAgent({}), '/context/contextAgents'],
  ['contextGroups before they were known', contextGroup({}), '/context/contextGroups'],
];
const newerAccepted: Grammar['accepted'] = [
  ['contextAgents', contextAgent({ relevantTypes: [iri] })],
  ['contextGroups', contextGroup({ relevantTypes: [iri, iri] })],
  ['contextAgents without types', contextAgent({})],
];

/** Results and contexts. */
export const RESULTS_AND_CONTEXTS: Readonly<Record<string, Grammar>> = {
  'Data 2.4.5, 2.4.6, 4.1, 4.6': { refused, accepted },
  'Data 2.4.6 with a SubStatement': aboutSubStatements,
  'contextAgents and contextGroups': { versions: ['2.0.0'], refused: newer, accepted: newerAccepted },
  'contextAgents and contextGroups too early': { versions: ['1.0.3'], refused: before, accepted: [] },
};
