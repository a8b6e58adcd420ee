import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { progressBar } from '../progress.ts';
import { type Load, load, request } from './client.ts';
import { KEY, SECRET } from './processes.ts';

/** What the benchmarks of people and of compliance have in common. */

export const HEADERS = {
  Authorization: `Basic ${Buffer.from(`${KEY}:${SECRET}`).toString('base64')}`,
  'X-Experience-API-Version': '1.0.3',
  'Content-Type': 'application/json',
};
export const HOME_PAGE = 'https://lms.example.org';
/** The authority of what the benchmarks post. */
export const AUTHORITY = `account:https://ledgerline.example/credentials|${KEY}`;

export interface PeopleOptions {
  readonly people: number;
  readonly statements: number;
  readonly port: number;
}

/** The options of the command line; undefined: only the help was asked for, and is printed. */
export function peopleOptions(usage: string, port: string): PeopleOptions | undefined {
  const { values } = parseArgs({
    options: {
      people: { type: 'string', default: '100000' },
      statements: { type: 'string', default: '2000000' },
      port: { type: 'string', default: port },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return undefined;
  }
  console.log(
    `${cpus()[0]?.model}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB; Node ${process.version}`,
  );
  return { people: Number(values.people), statements: Number(values.statements), port: Number(values.port) };
}

/** A request with a JSON body, ready to be sent. */
export function send(method: string, path: string, body: unknown): Buffer {
  return request(method, path, HEADERS, JSON.stringify(body));
}

/** Sends requests over some connections, with a bar. */
export async function sendAll(
  port: number,
  what: string,
  connections: number,
  count: number,
  next: (i: number) => Buffer,
): Promise<Load> {
  const bar = progressBar(what, 'requests');
  const measured = await load(port, connections, count, (i) => {
    if (i % 200 === 0) bar.update(i, count);
    return next(i);
  });
  bar.stop();
  return measured;
}
