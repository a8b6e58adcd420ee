import pino, { type Logger } from 'pino';

/** The store's log: one JSON object a line on standard error, so that what a command prints stays readable. */
export function createLog(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
}
