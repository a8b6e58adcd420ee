import type { IncomingMessage, ServerResponse } from 'node:http';
import { authorize } from '../identity/authenticate.ts';
import { isIri } from '../xapi/formats.ts';
import { personOf } from '../xapi/person.ts';
import { XAPI_VERSIONS } from '../xapi/version.ts';
import type { Query } from './form_text.ts';
import { methodNotAllowed } from './method_not_allowed.ts';
import { Parameters } from './parameters.ts';
import { sendJson, sendTagged } from './send.ts';
import type { XapiContext, XapiHandler } from './xapi_exchange.ts';

/** `/xapi/about` (xAPI 1.0.3 Communication 2.8): the versions, for everybody and without a version header. */
export function about({ method }: IncomingMessage, response: ServerResponse, query: Query): void {
  if (method !== 'GET' && method !== 'HEAD') throw methodNotAllowed(method, response, 'GET, HEAD');
  new Parameters(query, [], 'xAPI 1.0.3 Communication 2.8');
  sendJson(response, { version: ['1.0.0', '1.0.1', '1.0.2', ...XAPI_VERSIONS] });
}

/** `/xapi/activities` (Communication 2.5): the activity with the definition that all statements so far have made. */
export function getActivity({ store }: XapiContext): XapiHandler {
  return async ({ query, response, credential }) => {
    authorize(credential, 'statements/read/mine');
    const parameters = new Parameters(query, ['activityId'], 'xAPI 1.0.3 Communication 2.5');
    parameters.required('activityId');
    const id = parameters.matching('activityId', isIri, 'it is an IRI')!;
    const definition = await store.read({ kind: 'activity', id });
    sendTagged(response, { objectType: 'Activity', id, ...(definition === undefined ? {} : { definition }) });
  };
}

/** `/xapi/agents` (Communication 2.4): the Person of an agent. */
export const getPerson: XapiHandler = ({ query, response, credential, version }) => {
  authorize(credential, 'statements/read/mine');
  const parameters = new Parameters(query, ['agent'], 'xAPI 1.0.3 Communication 2.4');
  parameters.required('agent');
  const agent = parameters.agent('agent', version);
  sendTagged(response, personOf([agent!]));
};
