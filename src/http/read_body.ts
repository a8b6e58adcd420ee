import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Request, type Response } from 'express';
import { LedgerlineError } from '../errors.ts';

/** Reads a request's whole body, of any type; undefined when there is none. Rejects with what `errorResponse` knows. */
export type BodyReader = (request: IncomingMessage, response: ServerResponse) => Promise<Buffer | undefined>;

/**
 * A body of known length is gathered as it comes, which is what most of them are; one that is encoded, too large, or
 * whose length is not said is left to Express's parser, whose care for all cases costs more.
 * @param limit the most bytes of a body
 */
export function bodyReader(limit: number): BodyReader {
  const parse = express.raw({ type: () => true, limit });
  const readAny: BodyReader = (request, response) =>
    new Promise((resolve, reject) => {
      parse(request as Request, response as Response, (error?: unknown) =>
        error === undefined ? resolve((request as Request).body) : reject(error),
      );
    });
  return (request, response) => {
    const { 'content-length': length, 'content-encoding': encoding } = request.headers;
    const isPlain = length !== undefined && encoding === undefined && Number(length) <= limit;
    return isPlain ? gather(request) : readAny(request, response);
  };
}

function gather(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    request.on('error', () => reject(new LedgerlineError('invalid_body', 'The request was broken off.')));
  });
}
