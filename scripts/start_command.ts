import { fileURLToPath } from 'node:url';
import packageFile from '../package.json' with { type: 'json' };

/** What `npm start` has node run: its options, and the script by its whole path. */
export function startCommand(): string[] {
  const [, ...options] = packageFile.scripts.start.split(' ');
  const script = options.pop()!;
  return [...options, fileURLToPath(new URL(`../${script}`, import.meta.url))];
}
