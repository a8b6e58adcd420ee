import type { IncomingMessage, ServerResponse } from 'node:http';
import { readVersionHeader } from '../xapi/version.ts';
import { alternateRequest } from './alternate_request.ts';
import { connectionAuthenticator } from './connection_authenticator.ts';
import { crossOriginStep } from './cross_origin.ts';
import { type errorResponse, nothingAt } from './error_response.ts';
import { type Query, readQuery } from './form_text.ts';
import type { HeadedListener, HeadedResponse } from './headed_response.ts';
import { methodNotAllowed } from './method_not_allowed.ts';
import { isMultipart } from './multipart_request.ts';
import { bodyReader } from './read_body.ts';
import { DATA_HEADERS } from './security_headers.ts';
import { getMore, getStatements, nameConsistency } from './statements_read.ts';
import { postStatements, putStatement } from './statements_write.ts';
import { nameVersion, versionHeader } from './version_header.ts';
import { about, getActivity, getPerson } from './xapi_describing.ts';
import { ACTIVITY_PROFILE, AGENT_PROFILE, documents, STATE } from './xapi_documents.ts';
import type { XapiContext, XapiHandler, XapiResource } from './xapi_exchange.ts';

const AUTHENTICATION = 'xAPI 1.0.3 Communication 4.1';
const STATEMENTS = ['/statements', '/statements/more'];

/** The resources (xAPI 1.0.3 Communication 2) by their paths below `/xapi`; beside them is `/about`, which is open. */
function resourcesOf(context: XapiContext): ReadonlyMap<string, XapiResource> {
  return new Map<string, XapiResource>([
    ['/statements', { GET: getStatements(context), POST: postStatements(context), PUT: putStatement(context) }],
    ['/statements/more', { GET: getMore(context) }],
    ['/activities', { GET: getActivity(context) }],
    ['/activities/state', documents(STATE, context)],
    ['/activities/profile', documents(ACTIVITY_PROFILE, context)],
    ['/agents', { GET: getPerson }],
    ['/agents/profile', documents(AGENT_PROFILE, context)],
  ]);
}

/**
 * Serves the xAPI resources, each request through the same steps in this order: version of the answer, other origins,
 * alternate syntax, credential, version, resource, body. It does so without Express, whose layers single posts would wait
 * for (ADR 17).
 * @param requireOpen throws while the store cannot answer
 */
export function xapiServer(
  context: XapiContext,
  requireOpen: () => void,
  refuse: ReturnType<typeof errorResponse>,
): HeadedListener {
  const { store, config } = context;
  const resources = resourcesOf(context);
  const readBody = bodyReader(config.maxBody);
  const crossOrigin = crossOriginStep(config.corsOrigins);
  const authenticate = connectionAuthenticator((key) => store.credential(key), AUTHENTICATION);

  async function answer(request: IncomingMessage, response: HeadedResponse): Promise<void> {
    response.addCommon(DATA_HEADERS);
    // The version comes first: a preflight is answered by the next step, and every answer names one.
    nameVersion(request, response, config.xapiVersion);
    if (crossOrigin(request, response)) return;
    requireOpen();
    const { path, queryText } = targetOf(request);
    const isStatements = STATEMENTS.includes(path);
    if (isStatements) nameConsistency(response, store.consistentThrough() ?? (await store.soonConsistentThrough()));
    let query: Query | undefined;
    let body: Buffer | undefined;
    if (request.method === 'POST') {
      query = readQuery(queryText);
      // Only the alternate syntax has its credential in the body; any other body is read for those who have shown one.
      if (query.method !== undefined) {
        body = await readBody(request, response);
        const meant = alternateRequest(request, query, body);
        if (meant !== undefined) ({ query, body } = meant);
        nameVersion(request, response, config.xapiVersion);
      }
    }
    if (path === '/about') return about(request, response, query ?? readQuery(queryText));
    const shown = authenticate(request);
    const credential = shown instanceof Promise ? await shown : shown;
    const version = readVersionHeader(versionHeader(request), config.xapiVersion);
    const handle = handlerOf(resources.get(path), request, response);
    // Statements in parts are streamed by their resource.
    if (body === undefined && !(isStatements && isMultipart(request))) body = await readBody(request, response);
    query ??= readQuery(queryText);
    await handle({ request, response, query, body, credential, version });
  }

  return (request, response) => {
    answer(request, response).catch((error) => refuse(error, request, response, () => response.destroy()));
  };
}

/** The path below `/xapi`, where a slash at the end counts for nothing, and the query. */
function targetOf({ url = '' }: IncomingMessage): { readonly path: string; readonly queryText: string } {
  const end = url.indexOf('?');
  const path = url.slice('/xapi'.length, end < 0 ? url.length : end);
  return { path: path.endsWith('/') ? path.slice(0, -1) : path, queryText: end < 0 ? '' : url.slice(end + 1) };
}

function handlerOf(
  resource: XapiResource | undefined,
  { method, url }: IncomingMessage,
  response: ServerResponse,
): XapiHandler {
  if (resource === undefined) throw nothingAt(url!);
  const handler = resource[(method === 'HEAD' ? 'GET' : method) as keyof XapiResource];
  if (handler !== undefined) return handler;
  const allowed = Object.keys(resource).flatMap((has) => (has === 'GET' ? ['GET', 'HEAD'] : has));
  throw methodNotAllowed(method, response, allowed.join(', '));
}
