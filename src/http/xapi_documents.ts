import type { IncomingHttpHeaders } from 'node:http';
import { LedgerlineError } from '../errors.ts';
import type { DocumentKey, DocumentResource } from '../events/types.ts';
import { authorize } from '../identity/authenticate.ts';
import { allows, type Scope } from '../identity/scopes.ts';
import type { Credential } from '../store.ts';
import { isIri } from '../xapi/formats.ts';
import { agentKey } from '../xapi/identifiers.ts';
import { isJson } from '../xapi/media_type.ts';
import type { PreconditionHeaders } from '../xapi/preconditions.ts';
import { parseJsonBody } from './json_body.ts';
import { Parameters } from './parameters.ts';
import { sendBlob, sendTagged } from './send.ts';
import type { XapiContext, XapiExchange, XapiHandler, XapiResource } from './xapi_exchange.ts';

/** A document resource as its section of the specification describes it (xAPI 1.0.3 Communication 2.3, 2.6, 2.7). */
interface Resource {
  readonly resource: DocumentResource;
  readonly idName: 'stateId' | 'profileId';
  /** The parameters that name the context of a document, with whether they are required. */
  readonly context: Readonly<Partial<Record<'activityId' | 'agent' | 'registration', boolean>>>;
  readonly scope: 'state' | 'profile';
  /** Whether a DELETE without id removes all documents of the context. */
  readonly deletesMany: boolean;
  readonly spec: string;
}

export const STATE: Resource = {
  resource: 'state',
  idName: 'stateId',
  context: { activityId: true, agent: true, registration: false },
  scope: 'state',
  deletesMany: true,
  spec: 'xAPI 1.0.3 Communication 2.3',
};

export const AGENT_PROFILE: Resource = {
  resource: 'agent-profile',
  idName: 'profileId',
  context: { agent: true },
  scope: 'profile',
  deletesMany: false,
  spec: 'xAPI 1.0.3 Communication 2.6',
};

export const ACTIVITY_PROFILE: Resource = {
  resource: 'activity-profile',
  idName: 'profileId',
  context: { activityId: true },
  scope: 'profile',
  deletesMany: false,
  spec: 'xAPI 1.0.3 Communication 2.7',
};

/** The methods of a document resource: GET (one, or the ids of a context), PUT, POST (merge), DELETE. */
export function documents(resource: Resource, context: XapiContext): XapiResource {
  return {
    GET: getDocuments(resource, context),
    PUT: writeDocument(resource, context, 'PUT'),
    POST: writeDocument(resource, context, 'POST'),
    DELETE: deleteDocuments(resource, context),
  };
}

/** How long a reading waits for what other nodes have stored. */
const CATCH_UP_MILLISECONDS = 2_000;

function getDocuments(resource: Resource, { store, blobs }: XapiContext): XapiHandler {
  return async (exchange) => {
    const { request, response, credential } = exchange;
    authorize(credential, `${resource.scope}/read`);
    const parameters = readParameters(resource, exchange, ['since']);
    const context = readContext(resource, parameters, exchange);
    const id = parameters.text(resource.idName);
    const onlyOf = confined(credential) ? credential.key : undefined;
    // A client changes what it has read by its ETag: it had better be the newest that any node has stored. Where that
    // cannot be had, the change is still checked against it when it is stored.
    await store.caughtUp(CATCH_UP_MILLISECONDS).catch(() => {});
    if (id === undefined) {
      const since = parameters.instant('since');
      const { ids, updated } = await store.read({ kind: 'document-ids', context, since, onlyOf });
      if (updated !== undefined) response.setHeader('Last-Modified', httpDate(updated));
      sendTagged(response, ids);
      return;
    }
    const found = await store.read({ kind: 'document', key: { ...context, id }, onlyOf });
    if (found === undefined) {
      throw new LedgerlineError('not_found', `There is no such document: ${id}.`, {
        property: resource.idName,
        spec: resource.spec,
      });
    }
    response.setHeader('Content-Type', found.contentType);
    response.setHeader('ETag', `"${found.etag}"`);
    response.setHeader('Last-Modified', httpDate(found.updated));
    response.setHeader('Content-Length', found.length);
    if (found.content !== null) response.end(found.content);
    else await sendBlob(request, response, blobs, { sha256: found.sha256!, length: found.length });
  };
}

function writeDocument(resource: Resource, { store, config }: XapiContext, method: 'PUT' | 'POST'): XapiHandler {
  return async (exchange) => {
    const { request, response, credential, version } = exchange;
    authorize(credential, resource.scope);
    const parameters = readParameters(resource, exchange, []);
    const id = parameters.required(resource.idName);
    const context = readContext(resource, parameters, exchange);
    const content = exchange.body ?? Buffer.alloc(0);
    const contentType = request.headers['content-type'] ?? 'application/octet-stream';
    // What is to be merged, now or by a later POST, has to be what it says it is.
    if (method === 'POST' && isJson(contentType)) parseJsonBody(content);
    await store.submit({
      kind: 'write-document',
      credential: credential.key,
      method,
      version,
      key: { ...context, id },
      contentType,
      content,
      limit: config.maxBody,
      preconditions: preconditions(request.headers),
      onlyOwn: confined(credential),
    });
    response.writeHead(204).end();
  };
}

function deleteDocuments(resource: Resource, { store }: XapiContext): XapiHandler {
  return async (exchange) => {
    const { request, response, credential, version } = exchange;
    authorize(credential, resource.scope);
    const parameters = readParameters(resource, exchange, []);
    const context = readContext(resource, parameters, exchange);
    const id = resource.deletesMany ? parameters.text(resource.idName) : parameters.required(resource.idName);
    await store.submit({
      kind: 'delete-documents',
      credential: credential.key,
      version,
      key: id === undefined ? context : { ...context, id },
      preconditions: preconditions(request.headers),
      onlyOwn: confined(credential),
    });
    response.writeHead(204).end();
  };
}

function readParameters(resource: Resource, { query }: XapiExchange, further: readonly string[]): Parameters {
  return new Parameters(query, [...Object.keys(resource.context), resource.idName, ...further], resource.spec);
}

function readContext(resource: Resource, parameters: Parameters, { version }: XapiExchange): Omit<DocumentKey, 'id'> {
  for (const [name, required] of Object.entries(resource.context)) if (required) parameters.required(name);
  const activity = parameters.matching('activityId', isIri, 'it is an IRI');
  const agent = parameters.agent('agent', version);
  const registration = parameters.uuid('registration');
  return {
    resource: resource.resource,
    ...(activity === undefined ? {} : { activity }),
    ...(agent === undefined ? {} : { agent: agentKey(agent)! }),
    ...(registration === undefined ? {} : { registration }),
  };
}

function preconditions(headers: IncomingHttpHeaders): PreconditionHeaders {
  return { 'if-match': headers['if-match'], 'if-none-match': headers['if-none-match'] };
}

/** A credential that may read only its own statements has to do with its own documents only. */
function confined({ scopes }: Credential): boolean {
  return scopes.includes('statements/read/mine') && !allows(scopes as readonly Scope[], 'statements/read');
}

/** As in the Last-Modified header: RFC 9110 5.6.7, to the second. @param micros microseconds since 1970 UTC */
export function httpDate(micros: number): string {
  return new Date(Math.floor(micros / 1000)).toUTCString();
}
