/** Wakes the subscribers of an engine that lives in this process when something was appended. */
export class AppendSignal {
  #wake = Promise.withResolvers<void>();

  notify(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers<void>();
  }

  /** Resolves at the next append, at the abort of `signal`, or after `pollMilliseconds` if given. */
  async next(signal: AbortSignal, pollMilliseconds?: number): Promise<void> {
    if (signal.aborted) return;
    const aborted = Promise.withResolvers<void>();
    const onAbort = () => aborted.resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    const timer = pollMilliseconds === undefined ? undefined : setTimeout(onAbort, pollMilliseconds);
    try {
      await Promise.race([this.#wake.promise, aborted.promise]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
  }
}
