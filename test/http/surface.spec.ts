import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withQuery } from '../support/client.ts';
import { sendRaw } from '../support/raw_http.ts';
import { anIdentified } from '../support/statements.ts';
import { BASIC, startTestStore, type TestStore } from '../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

const stranger = { authorization: null };

/** Asks for a target as it stands, which no usual client would write so. */
function askRaw(target: string, method = 'GET') {
  const lines = [
    `${method} ${target} HTTP/1.1`,
    'Host: store.example.org',
    `Authorization: ${BASIC}`,
    'X-Experience-API-Version: 1.0.3',
    'Connection: close',
  ];
  return sendRaw(store.address, `${lines.join('\r\n')}\r\n\r\n`);
}

describe('a path', () => {
  it.each([
    '/xapi/about',
    '/xapi/statements',
    '/xapi/agents?agent={"mbox":"mailto:a@b.org"}',
    '/health',
    '/api/openapi.json',
  ])('%s may be named with its host, as a proxy does (RFC 9112 3.2.2)', async (path) => {
    const [plain, whole] = [await askRaw(path), await askRaw(`http://store.example.org:81${path}`)];
    expect(plain.status).toBe(200);
    expect([whole.status, whole.headers['content-type']]).toEqual([plain.status, plain.headers['content-type']]);
  });

  it.each(['http://store.example.org', 'http://store.example.org?x=1'])('%s is nothing but a host', async (target) => {
    const { status, body } = await askRaw(target);
    expect([status, JSON.parse(body).error.code]).toEqual([404, 'not_found']);
  });

  it.each(['/statements', '/activities/state', '/about'])(
    '%s may end with one slash, and with no more',
    async (path) => {
      const [bare, slash, slashes] = await Promise.all(['', '/', '//'].map((end) => store.ask(`/xapi${path}${end}`)));
      expect(slash!.status).toBe(bare!.status);
      expect(slashes!.status).toBe(404);
    },
  );

  it.each(['/xapi/statements', '/api/agencies', '/health'])('%s: a request names its host, once', async (path) => {
    const ask = (protocol: string, hosts: string) =>
      sendRaw(store.address, `GET ${path} ${protocol}\r\n${hosts}Authorization: ${BASIC}\r\nConnection: close\r\n\r\n`);
    for (const hosts of ['', 'Host: one.example.org\r\nhost: other.example.org\r\n']) {
      const { status, headers, body } = await ask('HTTP/1.1', hosts);
      expect([status, headers['x-experience-api-version'], JSON.parse(body)]).toMatchObject([
        400,
        '1.0.3',
        { error: { code: 'invalid_header', property: 'Host', spec: 'RFC 9112 3.2', id: headers['x-request-id'] } },
      ]);
      expect(headers).toMatchObject({ connection: 'close', 'x-content-type-options': 'nosniff' });
    }
    const [old, usual] = [await ask('HTTP/1.0', ''), await ask('HTTP/1.1', 'Host: one.example.org\r\n')];
    expect(old.status).toBe(usual.status);
  });

  it.each([
    ['/xapi/statements', 'xAPI 1.0.3 Communication 4.1'],
    ['/api/agencies', 'RFC 7617'],
  ])('%s refuses a stranger by its own rule', async (path, spec) => {
    const { status, json } = await store.ask(path, { headers: stranger });
    expect([status, json]).toMatchObject([
      401,
      { error: { code: 'unauthenticated', property: 'Authorization', spec } },
    ]);
  });

  it.each([
    ['/xapi', 404],
    ['/xapi/', 404],
    ['/xapi/Statements', 404],
    ['/xapi/st%61tements', 404],
    ['/xapi/statements/less', 404],
    ['/xapi/activities/state/x', 404],
    ['/xapi/__proto__', 404],
  ])('%s below /xapi: %i, for a stranger 401', async (path, status) => {
    expect((await store.ask(path, { headers: stranger })).status).toBe(401);
    const answer = await store.ask(`${path}?q=1`);
    expect(answer.status).toBe(status);
    expect(answer.json.error).toMatchObject({ code: 'not_found', message: `There is nothing at ${path}.` });
    expect(answer.headers.get('x-experience-api-version')).toBe('1.0.3');
  });

  it.each(['/xapifoo', '/XAPI/statements', '//xapi/statements', '/'])('%s is not below /xapi', async (path) => {
    const { status, headers } = await askRaw(path);
    expect([status, headers['x-experience-api-version']]).toEqual([404, undefined]);
  });
});

describe('a method that a resource does not have', () => {
  it.each([
    ['/xapi/statements', 'DELETE', 'GET, HEAD, POST, PUT'],
    ['/xapi/statements/more', 'POST', 'GET, HEAD'],
    ['/xapi/activities', 'PUT', 'GET, HEAD'],
    ['/xapi/agents', 'PATCH', 'GET, HEAD'],
    ['/xapi/agents/profile', 'PATCH', 'GET, HEAD, PUT, POST, DELETE'],
    ['/xapi/activities/profile', 'REPORT', 'GET, HEAD, PUT, POST, DELETE'],
    ['/xapi/about', 'POST', 'GET, HEAD'],
  ])('%s %s', async (path, method, allow) => {
    const { status, headers, body } = await askRaw(path, method);
    expect([status, headers.allow]).toEqual([405, allow]);
    expect(JSON.parse(body).error).toMatchObject({ code: 'method_not_allowed', rule: allow });
  });
});

describe('a document that is a page', () => {
  it('may do nothing in a browser', async () => {
    const agent = { mbox: 'mailto:a@b.org' };
    const path = withQuery('/xapi/agents/profile', { agent, profileId: 'page' });
    const page = '<script src="/xapi/agents/profile?x"></script>';
    const headers = { 'content-type': 'text/html', 'if-none-match': '*' };
    expect((await store.ask(path, { method: 'PUT', body: page, headers })).status).toBe(204);
    const got = await store.ask(path);
    expect([got.status, got.text]).toEqual([200, page]);
    const policy = got.headers.get('content-security-policy')!.split(';');
    expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", "frame-ancestors 'none'", 'sandbox']));
    expect(got.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('a body that nobody asked for', () => {
  it('does not get in the way of the next request of its connection', async () => {
    const filler = 'x'.repeat(200_000);
    const request = (method: string, path: string, body: string, ends = '') =>
      `${method} ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: ${BASIC}\r\nX-Experience-API-Version: 1.0.3\r\nContent-Type: application/json\r\n${ends}Content-Length: ${body.length}\r\n\r\n${body}`;
    const statement = JSON.stringify(anIdentified());
    const { status, body } = await sendRaw(
      store.address,
      [
        request('POST', '/xapi/nothing', filler),
        request('DELETE', '/xapi/statements', filler),
        request('POST', '/xapi/statements', statement, 'Connection: close\r\n'),
      ].join(''),
    );
    expect(status).toBe(404);
    expect([...body.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, code]) => code)).toEqual(['405', '200']);
  });
});

describe('what cannot be read as a request', () => {
  const head = `Host: a\r\nAuthorization: ${BASIC}\r\nX-Experience-API-Version: 1.0.3\r\nContent-Type: application/json`;

  /** Headers that it has otherwise than other answers, or not. */
  const OF_ITS_OWN = new Set(
    'connection content-length date keep-alive x-request-id access-control-allow-origin access-control-expose-headers'.split(
      ' ',
    ),
  );

  it.each([
    ['no HTTP', 'GARBAGE\r\n\r\n', 400, 'invalid_header'],
    ['a header that is none', 'GET /xapi/about HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n', 400, 'invalid_header'],
    ['a URL without end', `GET /xapi/statements?agent=${'x'.repeat(60_000)} HTTP/1.1\r\n`, 431, 'too_large'],
    [
      'a chunk of no size',
      `POST /xapi/statements HTTP/1.1\r\n${head}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
      400,
      'invalid_header',
    ],
  ])('%s is refused like everything else', async (_, bytes, status, code) => {
    const answer = await sendRaw(store.address, bytes);
    expect([answer.status, answer.headers.connection]).toEqual([status, 'close']);
    const about = await store.ask('/xapi/about');
    for (const name of about.headers.keys()) {
      if (!OF_ITS_OWN.has(name)) expect([name, answer.headers[name]]).toEqual([name, about.headers.get(name)]);
    }
    expect(Object.keys(answer.headers).filter((name) => !about.headers.has(name))).toEqual([]);
    expect(answer.headers['x-experience-api-version']).toBe('1.0.3');
    const { error } = JSON.parse(answer.body);
    expect(error).toEqual({ code, message: expect.stringMatching(/\.$/), id: answer.headers['x-request-id'] });
  });

  it('comes to nothing behind a statement, which is answered', async () => {
    const statement = anIdentified();
    const body = JSON.stringify(statement);
    const request = `POST /xapi/statements HTTP/1.1\r\n${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}x`;
    const answer = await sendRaw(store.address, request);
    expect([answer.status, answer.body.slice(0, 40)]).toEqual([200, JSON.stringify([statement.id])]);
    expect(answer.body).toContain('HTTP/1.1 400 ');
  });

  it('is no expectation that nobody knows', async () => {
    const answer = await sendRaw(
      store.address,
      'GET /xapi/about HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nConnection: close\r\n\r\n',
    );
    expect(answer.status).toBe(200);
  });
});
