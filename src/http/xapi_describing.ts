import { type RequestHandler, Router } from 'express';
import { authorize } from '../identity/authenticate.ts';
import type { Store } from '../store.ts';
import { isIri } from '../xapi/formats.ts';
import { personOf } from '../xapi/person.ts';
import { XAPI_VERSIONS } from '../xapi/version.ts';
import { methodNotAllowed } from './method_not_allowed.ts';
import { Parameters } from './parameters.ts';
import { sendTagged } from './send.ts';

/** `/xapi/about` (xAPI 1.0.3 Communication 2.8): the versions, for everybody and without a version header. */
export const about: RequestHandler = (request, response) => {
  new Parameters(request.query, [], 'xAPI 1.0.3 Communication 2.8');
  response.json({ version: ['1.0.0', '1.0.1', '1.0.2', ...XAPI_VERSIONS] });
};

/** `/xapi/activities` (Communication 2.5): the activity with the definition that all statements so far have made. */
export function activitiesRouter(store: Store): Router {
  return single(async (request, response) => {
    authorize(response.locals.credential, 'statements/read/mine');
    const parameters = new Parameters(request.query, ['activityId'], 'xAPI 1.0.3 Communication 2.5');
    parameters.required('activityId');
    const id = parameters.matching('activityId', isIri, 'it is an IRI')!;
    const definition = await store.read({ kind: 'activity', id });
    sendTagged(response, { objectType: 'Activity', id, ...(definition === undefined ? {} : { definition }) });
  });
}

/** `/xapi/agents` (Communication 2.4): the Person of an agent. */
export function agentsRouter(): Router {
  return single((request, response) => {
    authorize(response.locals.credential, 'statements/read/mine');
    const parameters = new Parameters(request.query, ['agent'], 'xAPI 1.0.3 Communication 2.4');
    parameters.required('agent');
    const agent = parameters.agent('agent', response.locals.version);
    sendTagged(response, personOf([agent!]));
  });
}

function single(handler: RequestHandler): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.route('/').get(handler).all(methodNotAllowed('GET, HEAD'));
  return router;
}
