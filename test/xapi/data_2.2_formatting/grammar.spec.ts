import { describeGrammars, type Grammar } from '../../support/grammar.ts';
import { type Posted, refTo } from '../../support/statements.ts';

const ID = '3f2b1c1e-7c3a-4a53-9d3f-0b7cbb3b1a55';
const iri = 'https://example.org/thing';
const language = (tag: string) => ({ [tag]: 'text' });
const definition = (changes: Posted) => ({ object: { id: iri, definition: changes } });
const attachment = (changes: Posted) => ({
  attachments: [
    {
      usageType: iri,
      display: { en: 'x' },
      contentType: 'text/plain',
      length: 1,
      sha2: 'ab'.repeat(32),
      fileUrl: iri,
      ...changes,
    },
  ],
});

const refused: Grammar['refused'] = [
  ['XAPI-00003 no actor', { actor: undefined }, '/actor'],
  ['XAPI-00004 no verb', { verb: undefined }, '/verb'],
  ['XAPI-00005 no object', { object: undefined }, '/object'],
  ['XAPI-00001 null name', { actor: { mbox: 'mailto:a@example.org', name: null } }, '/actor/name'],
  ['XAPI-00001 null display', { verb: { id: iri, display: null } }, '/verb/display'],
  ['XAPI-00001 null in a language map', { verb: { id: iri, display: { en: null } } }, '/verb/display/en'],
  ['XAPI-00001 null result', { result: null }, '/result'],
  ['XAPI-00001 null score', { result: { score: { raw: null } } }, '/result/score/raw'],
  ['XAPI-00001 null context', { context: { registration: null } }, '/context/registration'],
  ['XAPI-00001 null extensions', { context: { extensions: null } }, '/context/extensions'],
  ['XAPI-00001 null definition', { object: { id: iri, definition: null } }, '/object/definition'],
  ['XAPI-00006 number where text is', { result: { response: 1 } }, '/result/response'],
  ['XAPI-00006 text where a number is', { result: { score: { raw: '1' } } }, '/result/score/raw'],
  ['XAPI-00006 text where a boolean is', { result: { success: 'true' } }, '/result/success'],
  ['XAPI-00006 number where a boolean is', { result: { completion: 1 } }, '/result/completion'],
  ['XAPI-00006 array where an object is', { result: [] }, '/result'],
  ['XAPI-00006 array where an actor is', { actor: [{ mbox: 'mailto:a@example.org' }] }, '/actor'],
  ['XAPI-00006 text where a verb is', { verb: iri }, '/verb'],
  ['XAPI-00006 account name no text', { actor: { account: { homePage: iri, name: 1 } } }, '/actor/account/name'],
  ['XAPI-00007 mbox without scheme', { actor: { mbox: 'a@example.org' } }, '/actor/mbox'],
  ['XAPI-00007 mbox without address', { actor: { mbox: 'mailto:' } }, '/actor/mbox'],
  ['XAPI-00007 empty mbox', { actor: { mbox: '' } }, '/actor/mbox'],
  ['XAPI-00007 empty verb id', { verb: { id: '' } }, '/verb/id'],
  ['XAPI-00007 empty activity id', { object: { id: '' } }, '/object/id'],
  ['XAPI-00007 empty sha1', { actor: { mbox_sha1sum: '' } }, '/actor/mbox_sha1sum'],
  ['XAPI-00007 empty registration', { context: { registration: '' } }, '/context/registration'],
  ['XAPI-00007 registration too long', { context: { registration: `${ID}0` } }, '/context/registration'],
  ['XAPI-00007 registration in braces', { context: { registration: `{${ID}}` } }, '/context/registration'],
  ['XAPI-00007 reference that is no UUID', { object: refTo('42') }, '/object/id'],
  ['XAPI-00007 empty timestamp', { timestamp: '' }, '/timestamp'],
  ['XAPI-00007 empty duration', { result: { duration: '' } }, '/result/duration'],
  ['XAPI-00008 Actor', { Actor: { mbox: 'mailto:a@example.org' } }, '/Actor'],
  ['XAPI-00008 Result', { Result: { success: true } }, '/Result'],
  ['XAPI-00008 mBox', { actor: { mBox: 'mailto:a@example.org' } }, '/actor/mBox'],
  ['XAPI-00010 moreinfo', definition({ moreinfo: iri }), '/object/definition/moreinfo'],
  ['XAPI-00010 objecttype', { actor: { mbox: 'mailto:a@example.org', objecttype: 'Agent' } }, '/actor/objecttype'],
  ['XAPI-00010 contextactivities', { context: { contextactivities: {} } }, '/context/contextactivities'],
  ['XAPI-00009 Choice', definition({ interactionType: 'Choice' }), '/object/definition/interactionType'],
  ['XAPI-00009 agent', { actor: { mbox: 'mailto:a@example.org', objectType: 'agent' } }, '/actor/objectType'],
  ['XAPI-00009 statementRef', { object: { ...refTo(ID), objectType: 'statementRef' } }, '/object/objectType'],
  ['XAPI-00010 key that nobody knows', { colour: 'blue' }, '/colour'],
  ['XAPI-00010 key that nobody knows in a verb', { verb: { id: iri, name: 'x' } }, '/verb/name'],
  ['XAPI-00010 key that nobody knows in a score', { result: { score: { mean: 1 } } }, '/result/score/mean'],
  ['XAPI-00010 toString is no property', { toString: 'x' }, '/toString'],
  ['XAPI-00011 verb without scheme', { verb: { id: 'example.org/verb' } }, '/verb/id'],
  ['XAPI-00011 activity without scheme', { object: { id: '/relative' } }, '/object/id'],
  [
    'XAPI-00011 home page without scheme',
    { actor: { account: { homePage: 'x.org', name: 'a' } } },
    '/actor/account/homePage',
  ],
  ['XAPI-00011 openid without scheme', { actor: { openid: 'x.org/a' } }, '/actor/openid'],
  ['XAPI-00011 type without scheme', definition({ type: 'course' }), '/object/definition/type'],
  ['XAPI-00011 usage type without scheme', attachment({ usageType: 'x' }), '/attachments/0/usageType'],
  [
    'XAPI-00013 language of six letters and a digit',
    { verb: { id: iri, display: language('abcdefgh9') } },
    '/verb/display/abcdefgh9',
  ],
  ['XAPI-00013 language of one letter', definition({ name: language('e') }), '/object/definition/name/e'],
  [
    'XAPI-00013 language with underscore',
    definition({ description: language('en_US') }),
    '/object/definition/description/en_US',
  ],
  ['XAPI-00013 empty language', { verb: { id: iri, display: language('') } }, '/verb/display/'],
  [
    'XAPI-00013 two extensions of one letter',
    { verb: { id: iri, display: language('zh-z-aaa-z-bbb-c-ccc') } },
    '/verb/display/zh-z-aaa-z-bbb-c-ccc',
  ],
  ['XAPI-00013 context language', { context: { language: 'not a language' } }, '/context/language'],
  ['XAPI-00013 attachment display', attachment({ display: language('e') }), '/attachments/0/display/e'],
];

const accepted: Grammar['accepted'] = [
  ['XAPI-00001 null within an extension', { context: { extensions: { [iri]: null, 'urn:x:y': { deep: [null] } } } }],
  ['XAPI-00013 de', { verb: { id: iri, display: language('de') } }],
  ['XAPI-00013 zh-Hant', definition({ description: language('zh-Hant') })],
  ['XAPI-00013 sr-Latn-RS', definition({ name: language('sr-Latn-RS') })],
  ['XAPI-00013 es-419', definition({ name: language('es-419') })],
  ['XAPI-00013 de-CH-1996 in capitals', definition({ name: language('DE-ch-1996') })],
  ['XAPI-00013 private use', definition({ name: language('x-klingon') })],
  ['XAPI-00013 an extension and the same letter in private use', definition({ name: language('en-a-bbb-x-a-ccc') })],
  ['XAPI-00013 cmn', { context: { language: 'cmn' } }],
  ['empty objects', { result: {}, context: {}, verb: { id: iri, display: {} } }],
  ['empty texts where no format is asked for', { actor: { account: { homePage: iri, name: '' }, name: '' } }],
  ['an IRI beyond ASCII', { verb: { id: 'http://example.org/فعل/خواندن' } }],
  ['an IRI with a scheme of its own', { object: { id: 'course-v1:Org+00002+session01' } }],
  ['an attachment that is elsewhere', attachment({})],
];

describeGrammars({ 'Data 2.2': { refused, accepted } });
