import { describeDocuments } from '../../support/document_requirements.ts';
import { ACTIVITY_PROFILE } from '../../support/documents.ts';

describeDocuments(ACTIVITY_PROFILE, {
  put: 'XAPI-00287, XAPI-00293, XAPI-00311',
  get: 'XAPI-00288, XAPI-00290',
  post: 'XAPI-00286, XAPI-00292, XAPI-00312',
  remove: 'XAPI-00285, XAPI-00291',
  list: 'XAPI-00289',
  since: 'XAPI-00294, XAPI-00303',
  wrongSince: 'XAPI-00295',
  missing: 'XAPI-00296 to XAPI-00302',
  wrong: 'Communication 2.7',
  postOfNew: 'XAPI-00310',
  merge: 'XAPI-00308',
  refusedType: 'XAPI-00309',
  refusedContent: 'XAPI-00313, XAPI-00314',
});
