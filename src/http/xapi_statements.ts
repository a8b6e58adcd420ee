import { type Request, type RequestHandler, type Response, Router } from 'express';
import { authorityKey } from '../../projections/statement_keys.ts';
import { prepareStatements } from '../commands/prepare_statements.ts';
import { LedgerlineError } from '../errors.ts';
import { authorize } from '../identity/authenticate.ts';
import { allows, type Scope } from '../identity/scopes.ts';
import type { StatementFormat } from '../queries/answers.ts';
import type { StatementQuery } from '../queries/statement_query.ts';
import type { Credential, Store } from '../store.ts';
import { isIri } from '../xapi/formats.ts';
import { agentKey } from '../xapi/identifiers.ts';
import { formatMicros, microsOf } from '../xapi/instant.ts';
import type { Actor } from '../xapi/statement.ts';
import { validateAgent } from '../xapi/validation.ts';
import { jsonBody } from './json_body.ts';
import { Parameters } from './parameters.ts';

/** The most statements on one page, and how many there are when `limit` is 0 or absent. */
const PAGE = 500;

const SINGLE = ['statementId', 'voidedStatementId'];
const SHOWN = ['format', 'attachments'];
const FILTERS = ['agent', 'verb', 'activity', 'registration', 'related_activities', 'related_agents', 'since', 'until'];
const ORDER = ['limit', 'ascending'];
const QUERY = [...SINGLE, ...FILTERS, ...ORDER, ...SHOWN];

/** `/xapi/statements` (xAPI 1.0.3 Communication 2.1). @param base the path under which the clients see `/xapi` */
export function statementsRouter(store: Store, base: (request: Request) => string): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route('/')
    .post(postStatements(store))
    .put(putStatement(store))
    .get(getStatements(store, base))
    .all(methodNotAllowed('GET, HEAD, POST, PUT'));
  router.route('/more').all(consistentThrough(store)).get(getMore(store, base)).all(methodNotAllowed('GET, HEAD'));
  return router;
}

/** Refuses every method that the routes before did not take. */
export function methodNotAllowed(allowed: string): RequestHandler {
  return (request, response) => {
    response.setHeader('Allow', allowed);
    throw new LedgerlineError('method_not_allowed', `${request.method} is not possible here.`, { rule: allowed });
  };
}

function postStatements(store: Store): RequestHandler {
  return async (request, response) => {
    const { credential, version } = response.locals;
    authorize(credential, 'statements/write');
    new Parameters(request.query, [], 'xAPI 1.0.3 Communication 2.1.2');
    requireJson(request);
    const body = jsonBody(request);
    const batch = Array.isArray(body);
    const { command, ids } = prepareStatements(batch ? body : [body], batch, version, credential);
    if (ids.length > 0) await store.submit(command);
    response.json(ids);
  };
}

function putStatement(store: Store): RequestHandler {
  return async (request, response) => {
    const { credential, version } = response.locals;
    authorize(credential, 'statements/write');
    const parameters = new Parameters(request.query, ['statementId'], 'xAPI 1.0.3 Communication 2.1.1');
    parameters.required('statementId');
    const id = parameters.uuid('statementId')!;
    requireJson(request);
    const body = jsonBody(request);
    if (Array.isArray(body)) {
      throw new LedgerlineError('invalid_body', 'A PUT stores one statement, not an array.', {
        spec: 'xAPI 1.0.3 Communication 2.1.1',
      });
    }
    const { command, ids } = prepareStatements([withId(body, id)], false, version, credential);
    if (ids[0]!.toLowerCase() !== id) {
      throw new LedgerlineError('invalid_statement', 'The statement has another id than the parameter statementId.', {
        property: '/id',
        rule: 'the id of the statement is the statementId of the request',
        spec: 'xAPI 1.0.3 Communication 2.1.1',
      });
    }
    await store.submit(command);
    response.status(204).end();
  };
}

function withId(body: unknown, id: string): unknown {
  const lacksId = typeof body === 'object' && body !== null && !Object.hasOwn(body, 'id');
  return lacksId ? { id, ...body } : body;
}

function requireJson(request: Request): void {
  const type = request.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json') return;
  throw new LedgerlineError('invalid_header', 'Statements are sent as application/json.', {
    property: 'Content-Type',
    rule: 'the content type is application/json',
    spec: 'xAPI 1.0.3 Communication 1.5',
  });
}

/**
 * `X-Experience-API-Consistent-Through` (Communication 2.1.3), on every answer, errors included: whatever was stored by then, and every statement
 * acknowledged before it, is in the answer.
 */
export function consistentThrough(store: Store): RequestHandler {
  return async (_request, response, next) => {
    response.setHeader('X-Experience-API-Consistent-Through', formatMicros(await store.consistentThrough()));
    next();
  };
}

function getStatements(store: Store, base: (request: Request) => string): RequestHandler {
  return async (request, response) => {
    const parameters = new Parameters(request.query, QUERY);
    const single = SINGLE.filter((name) => parameters.text(name) !== undefined);
    if (single.length > 0) await getOne(store, request, response, parameters, single);
    else await getPage(store, request, response, parameters, base);
  };
}

function getMore(store: Store, base: (request: Request) => string): RequestHandler {
  return async (request, response) => {
    const parameters = new Parameters(request.query, [...FILTERS, ...ORDER, ...SHOWN, 'behind']);
    parameters.required('behind');
    await getPage(store, request, response, parameters, base);
  };
}

async function getOne(
  store: Store,
  request: Request,
  response: Response,
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
  const mine = onlyMine(response.locals.credential);
  const { body, stored } = await store.read({
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
  sendJson(response, [body]);
}

async function getPage(
  store: Store,
  request: Request,
  response: Response,
  parameters: Parameters,
  base: (request: Request) => string,
): Promise<void> {
  const mine = onlyMine(response.locals.credential);
  const query = { ...readQuery(parameters, response), ...(mine === undefined ? {} : { mine }) };
  const { body, behind } = await store.read({ kind: 'statements', query, show: shown(request, parameters) });
  const more = behind === undefined ? '' : `${base(request)}/statements/more?${morePage(parameters, behind)}`;
  sendJson(response, [Buffer.from('{"statements":'), body, Buffer.from(`,"more":${JSON.stringify(more)}}`)]);
}

function readQuery(parameters: Parameters, response: Response): StatementQuery {
  const agent = parameters.json('agent');
  if (agent !== undefined) validateAgent(agent, response.locals.version, 'agent');
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

function shown(request: Request, parameters: Parameters): StatementFormat {
  parameters.boolean('attachments');
  return {
    format: parameters.oneOf('format', ['exact', 'ids', 'canonical'] as const) ?? 'exact',
    acceptLanguage: request.get('accept-language'),
  };
}

/** The authority to which the credential's reading is confined; undefined: none. @throws `forbidden` when it may not read statements at all */
function onlyMine(credential: Credential): string | undefined {
  if (allows(credential.scopes as readonly Scope[], 'statements/read')) return undefined;
  authorize(credential, 'statements/read/mine');
  return authorityKey(JSON.parse(credential.authority));
}

function sendJson(response: Response, parts: readonly Uint8Array[]): void {
  response.setHeader('Content-Type', 'application/json');
  response.setHeader(
    'Content-Length',
    parts.reduce((sum, part) => sum + part.length, 0),
  );
  for (const part of parts) response.write(part);
  response.end();
}
