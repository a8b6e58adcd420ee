import { type IncomingMessage, type OutgoingHttpHeaders, type RequestListener, ServerResponse } from 'node:http';

/**
 * A response that keeps the headers which every answer has, and writes them with its head in one go: Node files and
 * checks what is set one by one, and these are a dozen (ADR 17).
 */
export class HeadedResponse extends ServerResponse {
  /** By their names as they are written. */
  readonly common: Record<string, string> = {};

  /** @param headers of this answer, beside the common ones and those that were set */
  override writeHead(status: number, headers?: unknown): this {
    return super.writeHead(status, Object.assign(this.common, headers as OutgoingHttpHeaders | undefined));
  }

  /** Common ones are found by their names as they are written. */
  override getHeader(name: string): ReturnType<ServerResponse['getHeader']> {
    return this.common[name] ?? super.getHeader(name);
  }
}

/** Answers a request. */
export type HeadedListener = RequestListener<typeof IncomingMessage, typeof HeadedResponse>;
