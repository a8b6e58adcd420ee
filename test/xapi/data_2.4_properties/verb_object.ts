import type { Grammar } from '../../support/grammar.ts';
import { aStatement, type Posted, refTo } from '../../support/statements.ts';

const ID = '8f87ccde-bb56-4c2e-ab83-44982ef22df0';
const iri = 'https://example.org/thing';
const object = (definition: unknown) => ({ object: { id: iri, definition } });
const interaction = (interactionType: string, more: Posted = {}) => object({ interactionType, ...more });
const components = (...ids: string[]) => ids.map((id) => ({ id, description: { en: id } }));
const nested = { object: { objectType: 'SubStatement', ...aStatement() } };

const refused: Grammar['refused'] = [
  ['XAPI-00044 a verb without id', { verb: { display: { en: 'did' } } }, '/verb/id'],
  ['XAPI-00044 a numeric verb', { verb: { id: 1 } }, '/verb/id'],
  ['XAPI-00045 a display that is text', { verb: { id: iri, display: 'did' } }, '/verb/display'],
  ['XAPI-00045 a display that is an array', { verb: { id: iri, display: ['did'] } }, '/verb/display'],
  ['XAPI-00045 a display of a number', { verb: { id: iri, display: { en: 1 } } }, '/verb/display/en'],
  ['XAPI-00046 an object of another type', { object: { id: iri, objectType: 'activity' } }, '/object/objectType'],
  ['XAPI-00046 a Statement as object', { object: { id: iri, objectType: 'Statement' } }, '/object/objectType'],
  ['XAPI-00047 an activity without id', { object: { objectType: 'Activity' } }, '/object/id'],
  ['XAPI-00047 an activity with no IRI', { object: { id: 'activity' } }, '/object/id'],
  ['XAPI-00048 a definition that is text', object('x'), '/object/definition'],
  ['XAPI-00049 a wrong interactionType', interaction('multiple'), '/object/definition/interactionType'],
  ['XAPI-00056 a name that is text', object({ name: 'x' }), '/object/definition/name'],
  ['XAPI-00056 a name of a number', object({ name: { en: 1 } }), '/object/definition/name/en'],
  ['XAPI-00057 extensions that are text', object({ extensions: 'x' }), '/object/definition/extensions'],
  ['XAPI-00057 extensions that are an array', object({ extensions: [] }), '/object/definition/extensions'],
  ['XAPI-00118 an extension without IRI', object({ extensions: { x: 1 } }), '/object/definition/extensions/x'],
  ['XAPI-00059 a description that is text', object({ description: 'x' }), '/object/definition/description'],
  ['XAPI-00060 a type that is no IRI', object({ type: 'x' }), '/object/definition/type'],
  ['XAPI-00061 moreInfo that is no IRL', object({ moreInfo: 'x' }), '/object/definition/moreInfo'],
  [
    'XAPI-00064 a pattern without interactionType',
    object({ correctResponsesPattern: ['a'] }),
    '/object/definition/interactionType',
  ],
  [
    'XAPI-00064 choices without interactionType',
    object({ choices: components('a') }),
    '/object/definition/interactionType',
  ],
  [
    'a pattern that is text',
    interaction('choice', { correctResponsesPattern: 'a' }),
    '/object/definition/correctResponsesPattern',
  ],
  [
    'a pattern of numbers',
    interaction('choice', { correctResponsesPattern: [1] }),
    '/object/definition/correctResponsesPattern/0',
  ],
  ['choices that are an object', interaction('choice', { choices: { a: 1 } }), '/object/definition/choices'],
  [
    'a choice without id',
    interaction('choice', { choices: [{ description: { en: 'a' } }] }),
    '/object/definition/choices/0/id',
  ],
  ['a choice with a numeric id', interaction('choice', { choices: [{ id: 1 }] }), '/object/definition/choices/0/id'],
  [
    'two choices of one id',
    interaction('choice', { choices: components('a', 'b', 'a') }),
    '/object/definition/choices/2/id',
  ],
  [
    'a target with a wrong language',
    interaction('matching', { target: [{ id: 'a', description: { e: '' } }] }),
    '/object/definition/target/0/description/e',
  ],
  ['XAPI-00072 a reference without id', { object: { objectType: 'StatementRef' } }, '/object/id'],
  ['XAPI-00072 a reference with more', { object: { ...refTo(ID), definition: {} } }, '/object/definition'],
  ['XAPI-00073 a reference that says nothing of itself', { object: { id: ID } }, '/object/id'],
];

const accepted: Grammar['accepted'] = [
  ['XAPI-00046 an Activity', { object: { id: iri, objectType: 'Activity' } }],
  ['XAPI-00046 an Agent', { object: { objectType: 'Agent', mbox: 'mailto:a@example.org' } }],
  ['XAPI-00046 a Group', { object: { objectType: 'Group', member: [{ mbox: 'mailto:a@example.org' }] } }],
  ['XAPI-00073 a StatementRef to nothing', { object: refTo(ID) }],
  ['XAPI-00049 true-false', interaction('true-false', { correctResponsesPattern: ['true'] })],
  ['XAPI-00049 choice', interaction('choice', { choices: components('a', 'b'), correctResponsesPattern: ['a[,]b'] })],
  ['XAPI-00049 fill-in', interaction('fill-in', { correctResponsesPattern: ['{case_matters=false}{lang=en}a[,]b'] })],
  ['XAPI-00049 long-fill-in', interaction('long-fill-in', { correctResponsesPattern: ['a'.repeat(5_000)] })],
  ['XAPI-00049 likert', interaction('likert', { scale: components('1', '2') })],
  ['XAPI-00049 matching', interaction('matching', { source: components('a'), target: components('a') })],
  ['XAPI-00049 performance', interaction('performance', { steps: components('a', 'b') })],
  ['XAPI-00049 sequencing', interaction('sequencing', { choices: components('a', 'b') })],
  ['XAPI-00049 numeric', interaction('numeric', { correctResponsesPattern: ['4[:]'] })],
  ['XAPI-00049 other', interaction('other', { correctResponsesPattern: [] })],
  [
    'XAPI-00060 a whole definition',
    object({ name: { en: '' }, description: {}, type: iri, moreInfo: iri, extensions: {} }),
  ],
];

const ofStatementsOnly: Grammar = {
  inSubStatements: false,
  refused: [
    ['XAPI-00065 an agent as object without objectType', { object: { mbox: 'mailto:a@example.org' } }, '/object/id'],
    [
      'XAPI-00067 a SubStatement with authority',
      { object: { ...nested.object, authority: { mbox: 'mailto:a@example.org' } } },
      '/object/authority',
    ],
    ['XAPI-00068 a SubStatement with version', { object: { ...nested.object, version: '1.0.0' } }, '/object/version'],
    [
      'XAPI-00069 a SubStatement with stored',
      { object: { ...nested.object, stored: '2024-01-01T00:00:00Z' } },
      '/object/stored',
    ],
    ['XAPI-00070 a SubStatement with id', { object: { ...nested.object, id: ID } }, '/object/id'],
    [
      'XAPI-00071 a SubStatement in a SubStatement',
      { object: { ...nested.object, ...nested } },
      '/object/object/objectType',
    ],
  ],
  accepted: [
    [
      'XAPI-00066 a SubStatement with context, result and timestamp',
      {
        object: {
          ...nested.object,
          context: { language: 'en' },
          result: { success: true },
          timestamp: '2099-01-01T00:00:00Z',
        },
      },
    ],
    ['XAPI-00066 a SubStatement about a statement', { object: { ...nested.object, object: refTo(ID) } }],
  ],
};

/** Verbs and objects. */
export const VERBS_AND_OBJECTS: Readonly<Record<string, Grammar>> = {
  'Data 2.4.3, 2.4.4': { refused, accepted },
  'Data 2.4.4.2, 2.4.4.3': ofStatementsOnly,
};
