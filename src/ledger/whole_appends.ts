import type { RecordedEvent } from './ledger.ts';

/**
 * The events of a reading in portions of whole appends, so that nobody is shown a part of what was stored together: of
 * an append, whose events share the time recorded, the rest may come with the next portion. The reading has an end; what
 * comes last is whole, for an append is.
 */
export async function* wholeAppends(
  portions: AsyncIterable<readonly RecordedEvent[]>,
): AsyncGenerator<readonly RecordedEvent[]> {
  let open: readonly RecordedEvent[] = [];
  for await (const portion of portions) {
    const events = open.length === 0 ? portion : [...open, ...portion];
    const { recorded } = events.at(-1)!;
    const whole = events.findLastIndex((event) => event.recorded !== recorded) + 1;
    if (whole > 0) yield events.slice(0, whole);
    open = events.slice(whole);
  }
  if (open.length > 0) yield open;
}
