import type { IncomingMessage } from 'node:http';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Authenticator, connectionAuthenticator } from '../../src/http/connection_authenticator.ts';
import { hashSecret } from '../../src/identity/secrets.ts';
import type { Credential } from '../../src/store.ts';

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;
const request = (socket: object, authorization?: string) =>
  ({ socket, headers: { authorization } }) as unknown as IncomingMessage;

let secretHash: string;
let known: Map<string, Credential>;
let authenticate: Authenticator;
const connection = {};

beforeAll(async () => {
  secretHash = await hashSecret('correct horse');
});
beforeEach(() => {
  const credential = { key: 'one', secretHash, revoked: null } as unknown as Credential;
  known = new Map([
    ['one', credential],
    ['two', { ...credential, key: 'two' }],
  ]);
  authenticate = connectionAuthenticator((key) => known.get(key), 'RFC 7617');
});

describe('who asks on a connection', () => {
  it('is known at once when he shows the same again there', async () => {
    const header = basic('one:correct horse');
    const first = authenticate(request(connection, header));
    expect(first).toBeInstanceOf(Promise);
    expect(await first).toBe(known.get('one'));
    expect(authenticate(request(connection, header))).toBe(known.get('one'));
    expect(authenticate(request({}, header))).toBeInstanceOf(Promise);
  });

  it('is asked anew with every other header', async () => {
    await authenticate(request(connection, basic('one:correct horse')));
    expect(await authenticate(request(connection, basic('two:correct horse')))).toBe(known.get('two'));
    for (const header of [basic('one:another'), basic('three:correct horse'), 'Basic', undefined]) {
      const refused = Promise.resolve(authenticate(request(connection, header)));
      await expect(refused, header).rejects.toMatchObject({ code: 'unauthenticated' });
    }
    expect(authenticate(request(connection, basic('two:correct horse')))).toBe(known.get('two'));
  });

  it('is asked anew when anything about the credential has changed', async () => {
    const header = basic('one:correct horse');
    await authenticate(request(connection, header));
    const renamed = { ...known.get('one')!, name: 'renamed' };
    known.set('one', renamed);
    expect(await authenticate(request(connection, header))).toBe(renamed);
    known.set('one', { ...renamed, revoked: 7 });
    await expect(authenticate(request(connection, header))).rejects.toMatchObject({ code: 'unauthenticated' });
    known.delete('one');
    await expect(authenticate(request(connection, header))).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});
