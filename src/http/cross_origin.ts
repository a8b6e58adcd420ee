import type { IncomingMessage } from 'node:http';
import cors from 'cors';
import type { Config } from '../config.ts';
import { recordedHeaders } from './fixed_headers.ts';
import type { HeadedResponse } from './headed_response.ts';

/** The headers of an answer that a page of another origin may read. */
const EXPOSED = [
  'ETag',
  'Last-Modified',
  'Content-Length',
  'Retry-After',
  'X-Request-Id',
  'X-Experience-API-Version',
  'X-Experience-API-Consistent-Through',
];

/** Tells pages of other origins what they may do: a handler for Express. */
export function crossOriginHandler(origins: Config['corsOrigins']): ReturnType<typeof cors> {
  return cors({
    origin: origins === '*' ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'],
    exposedHeaders: EXPOSED,
    maxAge: 86_400,
  });
}

/**
 * As `crossOriginHandler`, without Express.
 * @returns whether that was all there is to say: a preflight is answered
 */
export function crossOriginStep(
  origins: Config['corsOrigins'],
): (request: IncomingMessage, response: HeadedResponse) => boolean {
  const handle = crossOriginHandler(origins);
  // Where any origin may ask, all of them are told the same.
  const shared = origins === '*' ? recordedHeaders(handle) : undefined;
  return (request, response) => {
    if (shared !== undefined && request.method !== 'OPTIONS') {
      response.addCommon(shared);
      return false;
    }
    let isAnswered = true;
    handle(request, response, () => {
      isAnswered = false;
    });
    return isAnswered;
  };
}
