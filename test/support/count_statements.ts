/**
 * Counts what is in a file of statements, without a line of the store's code, so that the store's answers can be held
 * against it. `node test/support/count_statements.ts FILE` prints the counts as JSON.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';

type Tally = Map<string, number>;

/** Statements by what a store can be asked for. A statement that lacks something is missing from that tally. */
export interface StatementCounts {
  statements: number;
  /** By identifier, as in the address of a history: `account:HOMEPAGE|NAME`, `mailto:…`, `sha1sum:…`, `openid:…`. */
  readonly actors: Tally;
  /** By the verb's id. */
  readonly verbs: Tally;
  /** By the id of the object, where it is an activity. */
  readonly activities: Tally;
  /** By the day of the timestamp in UTC, `2021-11-24`. */
  readonly days: Tally;
  /** By the month of the timestamp in UTC, `2021-11`. */
  readonly months: Tally;
  readonly registrations: Tally;
}

interface CountedActor {
  account?: { homePage: string; name: string };
  mbox?: string;
  mbox_sha1sum?: string;
  openid?: string;
}

interface CountedStatement {
  actor: CountedActor;
  verb: { id: string };
  object: { objectType?: string; id?: string };
  timestamp?: string;
  context?: { registration?: string };
}

/** Counts statements given as lines of NDJSON; empty lines count for nothing. */
export function countStatements(lines: Iterable<string>): StatementCounts {
  const counts: StatementCounts = {
    statements: 0,
    actors: new Map(),
    verbs: new Map(),
    activities: new Map(),
    days: new Map(),
    months: new Map(),
    registrations: new Map(),
  };
  for (const line of lines) {
    if (line.trim() === '') continue;
    const { actor, verb, object, timestamp, context } = JSON.parse(line) as CountedStatement;
    const day = timestamp === undefined ? undefined : new Date(timestamp).toISOString().slice(0, 10);
    counts.statements += 1;
    add(counts.actors, identifierOf(actor));
    add(counts.verbs, verb.id);
    add(counts.activities, (object.objectType ?? 'Activity') === 'Activity' ? object.id : undefined);
    add(counts.days, day);
    add(counts.months, day?.slice(0, 7));
    add(counts.registrations, context?.registration?.toLowerCase());
  }
  return counts;
}

/** Counts the statements of an NDJSON file, gzipped when its name ends in `.gz`. */
export function countFile(path: string): StatementCounts {
  const file = readFileSync(path);
  const text = path.endsWith('.gz') ? gunzipSync(file) : file;
  return countStatements(text.toString().split('\n'));
}

function identifierOf({ account, mbox, mbox_sha1sum, openid }: CountedActor): string | undefined {
  if (account) return `account:${account.homePage}|${account.name}`;
  if (mbox) return mbox;
  if (mbox_sha1sum) return `sha1sum:${mbox_sha1sum}`;
  return openid && `openid:${openid}`;
}

function add(tally: Tally, key: string | undefined): void {
  if (key !== undefined) tally.set(key, (tally.get(key) ?? 0) + 1);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { statements, ...tallies } = countFile(process.argv[2]!);
  const printable = Object.entries(tallies).map(([name, tally]) => [
    name,
    { distinct: tally.size, counts: Object.fromEntries([...tally].sort(([, one], [, other]) => other - one)) },
  ]);
  console.log(JSON.stringify({ statements, ...Object.fromEntries(printable) }, null, 2));
}
