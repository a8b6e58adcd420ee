import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** Commands of a guide, and what the page shows of what they answer. */
export interface Step {
  readonly commands: string;
  /** The page says that the last of them is refused. */
  readonly refused: boolean;
  /** What ```json blocks show, with blank lines between: each is contained in one of the answers. */
  readonly json: readonly unknown[];
  /** Lines that ```text blocks show. */
  readonly lines: readonly string[];
}

/** The steps of a page: each ```sh block with the blocks that follow it. */
export function stepsOf(page: string): Step[] {
  const steps: { commands: string; refused: boolean; json: unknown[]; lines: string[] }[] = [];
  for (const [, kind, content] of page.matchAll(/^```(sh|sh refused|json|text)\n(.*?)^```$/gms)) {
    if (kind === 'json') steps.at(-1)!.json.push(...content!.split('\n\n').map((shown) => JSON.parse(shown)));
    else if (kind === 'text') steps.at(-1)!.lines.push(...content!.trimEnd().split('\n'));
    else steps.push({ commands: content!, refused: kind === 'sh refused', json: [], lines: [] });
  }
  return steps;
}

/** Written after each step. */
const MARK = '--- after the step ---';

/** In front of a page: a refusal ends the page, and what is answered ends with a line break. */
const BEFORE_ALL = `set -e -o pipefail
curl() { command curl --silent --show-error --fail-with-body --write-out '\\n' "$@"; }
npm() { command npm --silent "$@"; }
`;

/**
 * Runs the commands of all steps in one shell: variables that a step sets are there in the next.
 * @returns what each step wrote to standard output
 * @throws with what was written when a command fails, or one does not that should
 */
export async function runSteps(steps: readonly Step[], folder: string): Promise<string[]> {
  const script = steps.map(
    ({ commands, refused }) => `${refused ? expectRefusal(commands) : commands}\necho '${MARK}'\n`,
  );
  const child = spawn('bash', ['-c', BEFORE_ALL + script.join('')], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (code !== 0) throw new Error(`the page ends with code ${code}:\n${out.slice(-4_000)}\n${err.slice(-4_000)}`);
  return out.split(`${MARK}\n`).slice(0, -1);
}

function expectRefusal(commands: string): string {
  return `if ( ${commands.trimEnd()}\n); then echo 'nothing was refused' >&2; exit 1; fi`;
}

/** The JSON documents among what was written, one a line. */
export function answersIn(output: string): unknown[] {
  return output.split('\n').flatMap((line) => (line.startsWith('{') || line.startsWith('[') ? [JSON.parse(line)] : []));
}

/**
 * Whether an answer has all that a page shows of it: of an object some members, of a list some elements in their order;
 * `…` stands for any text.
 */
export function contains(answer: unknown, shown: unknown): boolean {
  if (typeof shown === 'string') return typeof answer === 'string' && fits(answer, shown);
  if (Array.isArray(shown)) {
    if (!Array.isArray(answer)) return false;
    let next = 0;
    return shown.every((wanted) => {
      const found = answer.findIndex((element, i) => i >= next && contains(element, wanted));
      next = found + 1;
      return found >= 0;
    });
  }
  if (typeof shown !== 'object' || shown === null) return answer === shown;
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return false;
  const members = answer as Readonly<Record<string, unknown>>;
  return Object.entries(shown).every(([name, wanted]) => name in members && contains(members[name], wanted));
}

/** Whether a text is what a page shows, `…` standing for anything. */
export function fits(text: string, shown: string): boolean {
  const parts = shown.split('…').map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}
