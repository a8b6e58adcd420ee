import type { IncomingMessage } from 'node:http';
import { VERSION_HEADER, versionAsked, type XapiVersion } from '../xapi/version.ts';
import type { HeadedResponse } from './headed_response.ts';

/** The version header of a request; Node makes one text of several. */
export function versionHeader({ headers }: IncomingMessage): string | undefined {
  return headers['x-experience-api-version'] as string | undefined;
}

/**
 * Names the version of the answer (xAPI 1.0.3 Communication 3.3): the one that the request asks for. A request that
 * asks for none, or for an unknown one, is refused under the configured version.
 */
export function nameVersion(request: IncomingMessage, response: HeadedResponse, fallback: XapiVersion): void {
  const asked = versionHeader(request);
  const isKnown = asked !== undefined && versionAsked(asked) !== undefined;
  response.setCommon(VERSION_HEADER, isKnown ? asked : fallback);
}
