import { describeDocuments } from '../../support/document_requirements.ts';
import { STATE } from '../../support/documents.ts';

describeDocuments(STATE, {
  put: 'XAPI-00190, XAPI-00230',
  get: 'XAPI-00188, XAPI-00192, XAPI-00217',
  post: 'XAPI-00189, XAPI-00231',
  remove: 'XAPI-00187, XAPI-00191, XAPI-00216',
  list: 'XAPI-00193',
  since: 'XAPI-00195, XAPI-00221',
  wrongSince: 'XAPI-00204',
  missing: 'XAPI-00206 to XAPI-00213, XAPI-00215',
  wrong: 'XAPI-00196 to XAPI-00203',
  postOfNew: 'XAPI-00233',
  merge: 'XAPI-00234',
  refusedType: 'XAPI-00232',
  refusedContent: 'XAPI-00229, XAPI-00235',
});
