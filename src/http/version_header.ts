import type { IncomingMessage, ServerResponse } from 'node:http';
import { VERSION_HEADER, versionAsked, type XapiVersion } from '../xapi/version.ts';

/** The version header of a request; Node makes one text of several. */
export function versionHeader({ headers }: IncomingMessage): string | undefined {
  return headers['x-experience-api-version'] as string | undefined;
}

/**
 * Names the version of the answer (xAPI 1.0.3 Communication 3.3): the one that the request asks for. A request that
 * asks for none, or for an unknown one, is refused under the configured version.
 */
export function nameVersion(request: IncomingMessage, response: ServerResponse, fallback: XapiVersion): void {
  const asked = versionHeader(request);
  response.setHeader(VERSION_HEADER, asked !== undefined && versionAsked(asked) !== undefined ? asked : fallback);
}
