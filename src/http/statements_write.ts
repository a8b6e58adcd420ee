import type { IncomingMessage } from 'node:http';
import { prepareStatements } from '../commands/prepare_statements.ts';
import { verifySignatures } from '../commands/verify_signatures.ts';
import { LedgerlineError } from '../errors.ts';
import type { AttachmentBlob } from '../events/types.ts';
import { authorize } from '../identity/authenticate.ts';
import { type DeclaredAttachment, declaredAttachments, matchAttachments } from '../xapi/attachments.ts';
import { isJson } from '../xapi/media_type.ts';
import { SentStatements } from '../xapi/sent_statements.ts';
import type { Statement } from '../xapi/statement.ts';
import type { XapiVersion } from '../xapi/version.ts';
import { jsonText, requiredBody } from './json_body.ts';
import { isMultipart, type ReceivedPart, readMultipart } from './multipart_request.ts';
import { Parameters } from './parameters.ts';
import { sendJson } from './send.ts';
import type { XapiContext, XapiExchange, XapiHandler } from './xapi_exchange.ts';

/** POST: one statement or many, all of them stored or none (xAPI 1.0.3 Communication 2.1.2). */
export function postStatements(context: XapiContext): XapiHandler {
  return async (exchange) => {
    authorize(exchange.credential, 'statements/write');
    new Parameters(exchange.query, [], 'xAPI 1.0.3 Communication 2.1.2');
    const ids = await storeBody(context, exchange, (body) => body);
    sendJson(exchange.response, ids);
  };
}

/** PUT: one statement with the id that the parameter names (Communication 2.1.1). */
export function putStatement(context: XapiContext): XapiHandler {
  return async (exchange) => {
    authorize(exchange.credential, 'statements/write');
    const parameters = new Parameters(exchange.query, ['statementId'], 'xAPI 1.0.3 Communication 2.1.1');
    parameters.required('statementId');
    const id = parameters.uuid('statementId')!;
    await storeBody(context, exchange, (body) => withId(body, id));
    exchange.response.writeHead(204).end();
  };
}

function storeBody(
  context: XapiContext,
  exchange: XapiExchange,
  shape: (body: unknown) => unknown,
): Promise<readonly string[]> {
  if (isMultipart(exchange.request)) return storeMultipart(context, exchange, shape);
  requireJson(exchange.request);
  return store(context, exchange, new SentStatements(jsonText(requiredBody(exchange.body))), shape, []);
}

async function storeMultipart(
  context: XapiContext,
  exchange: XapiExchange,
  shape: (body: unknown) => unknown,
): Promise<readonly string[]> {
  const { json, parts } = await readMultipart(exchange.request, context.blobs, context.config);
  try {
    return await store(context, exchange, new SentStatements(jsonText(json)), shape, parts);
  } finally {
    // What was kept is there under its name by now; this removes what a refusal left.
    await Promise.all(parts.map(({ blob }) => blob.drop()));
  }
}

async function store(
  { store }: XapiContext,
  { credential, version }: XapiExchange,
  sent: SentStatements,
  shape: (body: unknown) => unknown,
  parts: readonly ReceivedPart[],
): Promise<readonly string[]> {
  const body = shape(sent.value);
  const batch = Array.isArray(body);
  const values: readonly unknown[] = batch ? body : [body];
  const { command, ids } = prepareStatements({
    values,
    batch,
    version,
    credential,
    blobs: blobsOf(parts),
    members: (i) => sent.members(i),
  });
  const declared = declaredAttachments(values as readonly Statement[], batch);
  if (declared.length > 0 || parts.length > 0) await checkAttachments(declared, parts, version);
  for (const { blob } of parts) await blob.keep();
  if (ids.length > 0) await store.submit(command);
  return ids;
}

const NO_BLOBS: ReadonlyMap<string, AttachmentBlob> = new Map();

function blobsOf(parts: readonly ReceivedPart[]): ReadonlyMap<string, AttachmentBlob> {
  if (parts.length === 0) return NO_BLOBS;
  return new Map(parts.map(({ sha2, blob, length }) => [sha2, { sha2, sha256: blob.sha256, length }]));
}

async function checkAttachments(
  declared: readonly DeclaredAttachment[],
  parts: readonly ReceivedPart[],
  version: XapiVersion,
): Promise<void> {
  matchAttachments(declared, parts);
  const bySha2 = new Map(parts.map((part) => [part.sha2, part]));
  await verifySignatures(declared, version, async (sha2) => bySha2.get(sha2)?.blob.read());
}

/** The statement with the request's id, which it may leave out. @throws `invalid_statement`, `invalid_body` */
function withId(body: unknown, id: string): unknown {
  if (Array.isArray(body)) {
    const details = { spec: 'xAPI 1.0.3 Communication 2.1.1' };
    throw new LedgerlineError('invalid_body', 'A PUT stores one statement, not an array.', details);
  }
  if (typeof body !== 'object' || body === null) return body;
  if (!Object.hasOwn(body, 'id')) return { id, ...body };
  const sent: unknown = (body as { id: unknown }).id;
  if (typeof sent !== 'string' || sent.toLowerCase() === id) return body;
  throw new LedgerlineError('invalid_statement', 'The statement has another id than the parameter statementId.', {
    property: '/id',
    rule: 'the id of the statement is the statementId of the request',
    spec: 'xAPI 1.0.3 Communication 2.1.1',
  });
}

function requireJson({ headers }: IncomingMessage): void {
  if (isJson(headers['content-type'] ?? '')) return;
  throw new LedgerlineError('invalid_header', 'Statements are sent as application/json or multipart/mixed.', {
    property: 'Content-Type',
    rule: 'the content type is application/json, or multipart/mixed with attachments',
    spec: 'xAPI 1.0.3 Communication 1.5',
  });
}
