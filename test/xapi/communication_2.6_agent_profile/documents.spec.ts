import { describeDocuments } from '../../support/document_requirements.ts';
import { AGENT_PROFILE } from '../../support/documents.ts';

describeDocuments(AGENT_PROFILE, {
  put: 'XAPI-00273, XAPI-00282',
  get: 'XAPI-00259, XAPI-00269, XAPI-00274',
  post: 'XAPI-00272, XAPI-00283',
  remove: 'XAPI-00271',
  list: 'XAPI-00270',
  since: 'XAPI-00268, XAPI-00275',
  wrongSince: 'XAPI-00260',
  missing: 'XAPI-00261 to XAPI-00267',
  wrong: 'XAPI-00255 to XAPI-00258',
  postOfNew: 'XAPI-00280',
  merge: 'XAPI-00279',
  refusedType: 'XAPI-00278',
  refusedContent: 'XAPI-00281, XAPI-00284',
});
