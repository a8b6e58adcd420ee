import { type IncomingMessage, type OutgoingHttpHeaders, type RequestListener, ServerResponse } from 'node:http';
import { type FixedHeaders, pairsOf } from './fixed_headers.ts';

/**
 * A response that keeps the headers which all answers of a resource have, and writes them with its head in one go: Node
 * files and checks what is set one by one, and these are a dozen (ADR 17). They cannot be set otherwise.
 */
export class HeadedResponse extends ServerResponse {
  /** Names, as they are written, and values in turn: as a list they cost Node less than as a record. */
  #common: string[] = [];

  /** Sets a common header; its former value is gone. */
  setCommon(name: string, value: string): void {
    const at = this.#placeOf(name);
    if (at < 0) this.#common.push(name, value);
    else this.#common[at + 1] = value;
  }

  /** Adds common headers, none of which is there yet. */
  addCommon(headers: FixedHeaders): void {
    this.#common = this.#common.concat(headers);
  }

  /** Sets the common headers one by one, for a handler that writes the head in its own way. */
  fileCommon(): void {
    for (const [name, value] of pairsOf(this.#common)) this.setHeader(name, value);
    this.#common = [];
  }

  /** @param rest a record: headers of this answer, none of them a common one. Anything else is Node's */
  override writeHead(status: number, ...rest: unknown[]): this {
    const [headers = {}] = rest;
    const isRecord = rest.length < 2 && typeof headers === 'object' && !Array.isArray(headers);
    if (!isRecord) return super.writeHead(status, ...(rest as [OutgoingHttpHeaders]));
    const list: unknown[] = this.#common.slice();
    for (const name in headers) list.push(name, headers[name as keyof typeof headers]);
    return super.writeHead(status, list as string[]);
  }

  /** Common ones are found by their names as they are written. */
  override getHeader(name: string): ReturnType<ServerResponse['getHeader']> {
    const at = this.#placeOf(name);
    return at < 0 ? super.getHeader(name) : this.#common[at + 1];
  }

  #placeOf(name: string): number {
    for (let i = 0; i < this.#common.length; i += 2) if (this.#common[i] === name) return i;
    return -1;
  }
}

/** Answers a request. */
export type HeadedListener = RequestListener<typeof IncomingMessage, typeof HeadedResponse>;
