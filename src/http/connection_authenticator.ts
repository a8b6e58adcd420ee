import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { authenticate } from '../identity/authenticate.ts';
import { rememberingVerifier } from '../identity/remembering_verifier.ts';
import type { Credential } from '../store.ts';
import { REMEMBERED } from './require_identity.ts';

/** The credential of a request. @throws and rejects with `unauthenticated`, as `authenticate` */
export type Authenticator = (request: IncomingMessage) => Credential | Promise<Credential>;

/** What was found right on a connection. */
interface Shown {
  readonly header: string;
  readonly credential: Credential;
}

/**
 * As `authenticate`, and with the header that was last found right on a connection: a client that shows the same again
 * there is who he was, as long as his credential is what it was. So most requests pay neither for reading the header nor
 * for a digest. The price is that the header, secret and all, stays in memory as long as the connection: a client that
 * shows it with each request has it there most of the time anyway.
 * @param find the credential with a key; another object when anything about it has changed
 * @param spec the section that a refusal names
 */
export function connectionAuthenticator(find: (key: string) => Credential | undefined, spec: string): Authenticator {
  const verify = rememberingVerifier(REMEMBERED);
  const connections = new WeakMap<Socket, Shown>();
  return ({ socket, headers: { authorization: header } }) => {
    const shown = connections.get(socket);
    if (shown !== undefined && shown.header === header && find(shown.credential.key) === shown.credential) {
      return shown.credential;
    }
    return authenticate(header, find, verify, spec).then((credential) => {
      connections.set(socket, { header: header!, credential });
      return credential;
    });
  };
}
