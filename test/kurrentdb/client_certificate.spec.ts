import { afterEach, beforeEach, expect, it } from 'vitest';
import { type KurrentDouble, startKurrentDouble } from '../support/kurrentdb_double/double.ts';
import { anEvent, closeLedgers, eventsAt, ledgerAt } from './given_ledger.ts';
import { aCertificate, type GivenCertificate } from './given_tls.ts';

let [server, client, stranger]: GivenCertificate[] = [];
let double: KurrentDouble;

beforeEach(async () => {
  [server, client, stranger] = [aCertificate(), aCertificate(), aCertificate()];
  double = await startKurrentDouble({ tls: { ...server.tls, clients: client.tls.certificate } });
});
afterEach(async () => {
  await closeLedgers();
  await double.close();
  for (const certificate of [server, client, stranger]) certificate!.remove();
});

const as = ({ file, keyFile }: GivenCertificate) =>
  `${double.address}&tlsCAFile=${server!.file}&userCertFile=${file}&userKeyFile=${keyFile}`;

it('a node shows the certificate that its address names, when it writes, reads and follows', async () => {
  const event = anEvent();
  await ledgerAt(as(client!)).append(-1, 1_000_000, [event]);
  expect((await eventsAt(as(client!))).map(({ id }) => id)).toEqual([event.id]);
  const followed = ledgerAt(as(client!)).subscribe(0, new AbortController().signal);
  const { value } = await followed.next();
  expect(value?.[0]?.id).toBe(event.id);
  await followed.return(undefined);
});

it('a server that asks for one takes neither none nor a stranger’s', async () => {
  for (const address of [`${double.address}&tlsCAFile=${server!.file}`, as(stranger!)]) {
    await expect(
      ledgerAt(address, { timeoutMilliseconds: 1_000 }).append(-1, 1_000_000, [anEvent()]),
    ).rejects.toThrow();
  }
  expect(await eventsAt(as(client!))).toEqual([]);
});
