import { Presets, SingleBar } from 'cli-progress';

/** Milliseconds between two lines where no bar can be drawn. */
const LINE_INTERVAL = 5_000;

export interface Progress {
  update(done: number, total: number): void;
  stop(): void;
}

/**
 * A bar on a terminal, a line every few seconds elsewhere; nothing at all when the work is done before it would show.
 */
export function progressBar(title: string, unit: string): Progress {
  const stream = process.stderr;
  if (!stream.isTTY) return progressLines(title, unit);
  const format = `${title} {bar} {percentage}% | {value} of {total} ${unit} | {eta_formatted} left`;
  const bar = new SingleBar({ format, stream, hideCursor: true, clearOnComplete: true }, Presets.shades_classic);
  let started = false;
  return {
    update(done, total) {
      if (!started) bar.start(total, done);
      started = true;
      bar.setTotal(total);
      bar.update(done);
    },
    stop: () => {
      if (started) bar.stop();
    },
  };
}

function progressLines(title: string, unit: string): Progress {
  let last = performance.now();
  return {
    update(done, total) {
      if (performance.now() - last < LINE_INTERVAL) return;
      last = performance.now();
      process.stderr.write(`${title}: ${done} of ${total} ${unit}\n`);
    },
    stop() {},
  };
}
