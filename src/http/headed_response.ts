import { type IncomingMessage, type OutgoingHttpHeaders, type RequestListener, ServerResponse } from 'node:http';

/**
 * A response that keeps the headers which all answers of a resource have, and writes them with its head in one go: Node
 * files and checks what is set one by one, and these are a dozen (ADR 17). They cannot be set otherwise.
 */
export class HeadedResponse extends ServerResponse {
  /** By their names as they are written. */
  readonly common: Record<string, string> = {};

  /** @param rest a record: headers of this answer, beside the common ones and those that were set. Anything else is Node's */
  override writeHead(status: number, ...rest: unknown[]): this {
    const [headers = {}] = rest;
    const isRecord = rest.length < 2 && typeof headers === 'object' && !Array.isArray(headers);
    if (!isRecord) return super.writeHead(status, ...(rest as [OutgoingHttpHeaders]));
    return super.writeHead(status, { ...this.common, ...headers });
  }

  /** Common ones are found by their names as they are written. */
  override getHeader(name: string): ReturnType<ServerResponse['getHeader']> {
    return Object.hasOwn(this.common, name) ? this.common[name] : super.getHeader(name);
  }
}

/** Answers a request. */
export type HeadedListener = RequestListener<typeof IncomingMessage, typeof HeadedResponse>;
