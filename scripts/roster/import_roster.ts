import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { LedgerlineError } from '../../src/errors.ts';
import { parseRoster, type Roster } from '../../src/learning/roster.ts';
import { askPatiently, noticesOf } from '../import/patience.ts';
import { progressBar } from '../progress.ts';
import { createStoreClient, type StoreRequest } from '../store_client.ts';
import type { RosterOptions } from './options.ts';
import {
  type Ask,
  checkPortion,
  type Effect,
  type Portion,
  portionsOf,
  type Refusal,
  recordPortion,
} from './portions.ts';

/** Five minutes of waiting in which the store takes nothing are enough to give up. */
const PATIENCE_MS = 300_000;

/** A portion, and what it would change. */
interface Checked {
  readonly portion: Portion;
  readonly effect: Effect;
}

/**
 * Imports one roster as the options say: what is wrong on standard error, what a dry run finds and the summary on
 * standard output. The store is asked about the whole file before anything is recorded.
 * @returns the exit code: 0 all recorded, 1 the file is wrong or something was refused
 * @throws the system's error when the file cannot be read; LedgerlineError when it is no text, or the store cannot be
 *   asked
 */
export async function importRoster(options: RosterOptions): Promise<number> {
  const bytes = await readUnpacked(options.file);
  const roster = parseRoster(bytes.toString('utf8'));
  for (const { line, column, rule } of roster.errors) printError(roster, line, column, rule);
  if (roster.errors.length > 0) {
    console.error(`roster: ${roster.errors.length} errors, nothing is sent`);
    return 1;
  }
  const portions = portionsOf(roster.facts, createHash('sha256').update(bytes).digest('hex'));
  const client = createStoreClient({ ...options, connections: 1 });
  const { signal } = new AbortController();
  const patience = { limitMs: PATIENCE_MS, signal, notify: noticesOf((line) => console.error(line)) };
  const ask = (request: StoreRequest) => askPatiently(() => client.ask(request), patience);
  try {
    const checked = await check(roster, portions, ask);
    if (checked === undefined) return 1;
    return options['dry-run'] ? show(checked) : await record(roster, checked, ask);
  } finally {
    client.close();
  }
}

async function readUnpacked(file: string): Promise<Buffer> {
  const bytes = file === '-' ? await buffer(process.stdin) : await readFile(file);
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const text = isPacked ? gunzipSync(bytes) : bytes;
  if (!isUtf8(text)) throw new LedgerlineError('invalid_parameter', `${file} is not UTF-8 text; save it as that.`);
  return text;
}

/** What each portion would change; undefined when some are refused, of which it tells all. */
async function check(roster: Roster, portions: readonly Portion[], ask: Ask): Promise<Checked[] | undefined> {
  const checked: Checked[] = [];
  const refusals: Refusal[] = [];
  const bar = progressBar('Checking', 'facts');
  try {
    for (const portion of portions) {
      const effect = await checkPortion(portion, ask);
      if ('rule' in effect) refusals.push(effect);
      else checked.push({ portion, effect });
      bar.update(portion.start + portion.facts.length, roster.facts.length);
    }
  } finally {
    bar.stop();
  }
  for (const refusal of refusals) printRefusal(roster, refusal);
  return refusals.length === 0 ? checked : undefined;
}

function show(checked: readonly Checked[]): number {
  for (const { effect } of checked) for (const change of effect.changes) console.log(JSON.stringify(change));
  console.log(`${sum(checked, 'recorded')} facts would be recorded, ${sum(checked, 'unchanged')} unchanged`);
  return 0;
}

/** Records the portions that change something. */
async function record(roster: Roster, checked: readonly Checked[], ask: Ask): Promise<number> {
  const done: Pick<Checked, 'effect'>[] = [];
  let refusal: Refusal | undefined;
  const bar = progressBar('Recording', 'facts');
  try {
    for (const { portion, effect } of checked) {
      const now = effect.recorded === 0 ? effect : await recordPortion(portion, effect.revision, ask);
      if ('rule' in now) {
        refusal = now;
        break;
      }
      done.push({ effect: now });
      bar.update(portion.start + portion.facts.length, roster.facts.length);
    }
  } finally {
    bar.stop();
  }
  if (refusal !== undefined) printRefusal(roster, refusal);
  console.log(`${sum(done, 'recorded')} facts recorded, ${sum(done, 'unchanged')} unchanged`);
  return refusal === undefined ? 0 : 1;
}

function sum(checked: readonly Pick<Checked, 'effect'>[], count: 'recorded' | 'unchanged'): number {
  return checked.reduce((total, { effect }) => total + effect[count], 0);
}

function printRefusal(roster: Roster, { fact, member, rule }: Refusal): void {
  printError(roster, fact === undefined ? undefined : roster.lines[fact], member, rule);
}

function printError({ unit }: Roster, line: number | undefined, column: string, rule: string): void {
  const place = [line === undefined ? undefined : `${unit} ${line}`, column || undefined].filter(Boolean).join(': ');
  console.error(place ? `${place}: ${rule}` : `the store refuses it: ${rule}`);
}
