import type { WriteStream } from 'node:tty';
import { MultiBar, Presets } from 'cli-progress';
import type { Refusal } from './statements.ts';

/** Milliseconds between two lines about the progress where no bar can be drawn. */
const LINE_INTERVAL_MS = 5_000;

/** Shows an import on a terminal or in a log. */
export interface Display {
  /** Writes one line. */
  line(text: string): void;
  /** Takes note of the progress: bytes of the file that are read, statements stored and refused so far. */
  advance(bytes: number, stored: number, refused: number): void;
  end(): void;
}

/**
 * A progress bar with the lines above it on a terminal; elsewhere the lines alone, and every few seconds one about the
 * progress.
 * @param total bytes of the file; null when nobody knows
 */
export function createDisplay(stream: NodeJS.WriteStream, total: number | null): Display {
  return stream.isTTY && total !== null && total > 0 ? barDisplay(stream, total) : lineDisplay(stream, total);
}

function barDisplay(stream: WriteStream, total: number): Display {
  const format = '{bar} {percentage}% | {stored} in, {refused} refused | {duration_formatted}, {eta_formatted} left';
  const bars = new MultiBar({ format, stream, etaBuffer: 100, hideCursor: true }, Presets.shades_classic);
  const bar = bars.create(total, 0, { stored: 0, refused: 0 });
  return {
    line: (text) => bars.log(`${text}\n`),
    advance: (bytes, stored, refused) => bar.update(Math.min(bytes, total), { stored, refused }),
    end: () => {
      // The lines that came since the last drawing.
      bars.update();
      bars.stop();
    },
  };
}

function lineDisplay(stream: NodeJS.WritableStream, total: number | null): Display {
  let latest = '';
  const line = (text: string) => stream.write(`${text}\n`);
  const timer = setInterval(() => latest && line(latest), LINE_INTERVAL_MS);
  return {
    line,
    advance: (bytes, stored, refused) => {
      const share = total ? `${Math.floor((100 * bytes) / total)} % read, ` : '';
      latest = `${share}${stored} in, ${refused} refused`;
    },
    end: () => clearInterval(timer),
  };
}

/** A refusal in one line: `line 17: /actor/mbox: the rule (where it stands)`. */
export function refusalLine(unit: string, { position, property, rule, message, spec }: Refusal): string {
  return `${unit} ${position}: ${property ? `${property}: ` : ''}${rule ?? message}${spec ? ` (${spec})` : ''}`;
}
