import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BlobStore } from '../blobs/blob_store.ts';
import { LedgerlineError } from '../errors.ts';
import { authorize } from '../identity/authenticate.ts';
import { allows, type Scope } from '../identity/scopes.ts';
import type { ShownAttachment, StatementFormat } from '../queries/answers.ts';
import type { StatementQuery } from '../queries/statement_query.ts';
import type { Credential } from '../store.ts';
import { isIri } from '../xapi/formats.ts';
import { agentKey, authorityKey } from '../xapi/identifiers.ts';
import { formatMicros, microsOf } from '../xapi/instant.ts';
import type { Actor } from '../xapi/statement.ts';
import { validateAgent } from '../xapi/validation.ts';
import type { XapiVersion } from '../xapi/version.ts';
import type { HeadedResponse } from './headed_response.ts';
import { sendMultipart } from './multipart_response.ts';
import { Parameters } from './parameters.ts';
import type { XapiContext, XapiExchange, XapiHandler } from './xapi_exchange.ts';

/** The most statements on one page, and how many there are when `limit` is 0 or absent. */
const PAGE = 500;

const SINGLE = ['statementId', 'voidedStatementId'];
const SHOWN = ['format', 'attachments'];
const FILTERS = ['agent', 'verb', 'activity', 'registration', 'related_activities', 'related_agents', 'since', 'until'];
const ORDER = ['limit', 'ascending'];
const QUERY = [...SINGLE, ...FILTERS, ...ORDER, ...SHOWN];

/**
 * `X-Experience-API-Consistent-Through` (Communication 2.1.3), on every answer, errors included: whatever was stored by
 * then, and every statement acknowledged before it, is in the answer.
 */
export function nameConsistency(response: HeadedResponse, micros: number): void {
  response.setCommon('X-Experience-API-Consistent-Through', formatMicros(micros));
}

export function getStatements(context: XapiContext): XapiHandler {
  return async (exchange) => {
    const parameters = new Parameters(exchange.query, QUERY);
    const single = SINGLE.filter((name) => parameters.text(name) !== undefined);
    if (single.length > 0) await getOne(context, exchange, parameters, single);
    else await getPage(context, exchange, parameters);
  };
}

export function getMore(context: XapiContext): XapiHandler {
  return async (exchange) => {
    const parameters = new Parameters(exchange.query, [...FILTERS, ...ORDER, ...SHOWN, 'behind']);
    parameters.required('behind');
    await getPage(context, exchange, parameters);
  };
}

async function getOne(
  { store, blobs }: XapiContext,
  { request, response, credential }: XapiExchange,
  parameters: Parameters,
  single: readonly string[],
): Promise<void> {
  const others = parameters.names.filter((name) => !SHOWN.includes(name) && name !== single[0]);
  if (others.length > 0) {
    throw new LedgerlineError('invalid_parameter', `${single[0]} cannot be combined with ${others.join(', ')}.`, {
      property: others[0]!,
      rule: 'beside statementId or voidedStatementId there may be attachments and format only',
      spec: 'xAPI 1.0.3 Communication 2.1.3',
    });
  }
  const name = single[0]!;
  const id = parameters.uuid(name)!;
  const show = shown(request, parameters);
  const mine = onlyMine(credential);
  const { body, stored, attachments } = await store.read({
    kind: 'statement',
    id,
    voided: name === 'voidedStatementId',
    mine,
    show,
  });
  if (body === undefined) {
    throw new LedgerlineError('not_found', `There is no such statement: ${id}.`, {
      property: name,
      spec: 'xAPI 1.0.3 Communication 2.1.3',
    });
  }
  response.setHeader('Last-Modified', new Date(Number(microsOf(stored!) / 1000n)).toUTCString());
  await send(request, response, [body], attachments, blobs);
}

async function getPage(
  { store, blobs, base }: XapiContext,
  { request, response, credential, version }: XapiExchange,
  parameters: Parameters,
): Promise<void> {
  const mine = onlyMine(credential);
  const query = { ...readFilters(parameters, version), ...(mine === undefined ? {} : { mine }) };
  const { body, behind, attachments } = await store.read({
    kind: 'statements',
    query,
    show: shown(request, parameters),
  });
  const more = behind === undefined ? '' : `${base}/statements/more?${morePage(parameters, behind)}`;
  const json = [Buffer.from('{"statements":'), body, Buffer.from(`,"more":${JSON.stringify(more)}}`)];
  await send(request, response, json, attachments, blobs);
}

function readFilters(parameters: Parameters, version: XapiVersion): StatementQuery {
  const agent = parameters.json('agent');
  if (agent !== undefined) validateAgent(agent, version, 'agent');
  const limit = parameters.wholeNumber('limit') ?? 0;
  const query = {
    agent: agent === undefined ? undefined : agentKey(agent as Actor),
    verb: parameters.matching('verb', isIri, 'it is an IRI'),
    activity: parameters.matching('activity', isIri, 'it is an IRI'),
    registration: parameters.uuid('registration'),
    since: parameters.instant('since'),
    until: parameters.instant('until'),
    behind: parameters.wholeNumber('behind'),
  };
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
  return {
    ...(given as Partial<StatementQuery>),
    relatedAgents: parameters.boolean('related_agents'),
    relatedActivities: parameters.boolean('related_activities'),
    ascending: parameters.boolean('ascending'),
    limit: limit === 0 ? PAGE : Math.min(limit, PAGE),
  };
}

/** The parameters of the next page: those of this one, which stay true however much is stored in between. */
function morePage(parameters: Parameters, behind: number): URLSearchParams {
  const next = new URLSearchParams();
  for (const name of parameters.names) if (name !== 'behind') next.set(name, parameters.text(name)!);
  next.set('behind', `${behind}`);
  return next;
}

function shown({ headers }: IncomingMessage, parameters: Parameters): StatementFormat {
  return {
    attachments: parameters.boolean('attachments'),
    format: parameters.oneOf('format', ['exact', 'ids', 'canonical'] as const) ?? 'exact',
    acceptLanguage: headers['accept-language'],
  };
}

/**
 * The authority to which the credential's reading is confined; undefined: none. @throws `forbidden` when it may not
 * read statements at all
 */
function onlyMine(credential: Credential): string | undefined {
  if (allows(credential.scopes as readonly Scope[], 'statements/read')) return undefined;
  authorize(credential, 'statements/read/mine');
  return authorityKey(credential.authority);
}

/** Sends statements: as JSON or, when their attachments were asked for, as multipart/mixed. */
async function send(
  request: IncomingMessage,
  response: ServerResponse,
  json: readonly Uint8Array[],
  attachments: readonly ShownAttachment[] | undefined,
  blobs: BlobStore,
): Promise<void> {
  if (attachments !== undefined) return sendMultipart(request, response, json, attachments, blobs);
  response.setHeader('Content-Type', 'application/json');
  response.setHeader(
    'Content-Length',
    json.reduce((sum, part) => sum + part.length, 0),
  );
  for (const part of json) response.write(part);
  response.end();
}
