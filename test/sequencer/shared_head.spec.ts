import { describe, expect, it } from 'vitest';
import { SharedHead } from '../../src/sequencer/shared_head.ts';

describe('consistentThrough', () => {
  it('on a node among others goes up to what is known, and not beyond what is under way', () => {
    const writer = new SharedHead();
    writer.knownBefore(1_000);
    expect(new SharedHead(writer.buffer).consistentThrough()).toBe(999);
    writer.beginAppend();
    expect(new SharedHead(writer.buffer).consistentThrough()).toBe(999);
    writer.appendingAt(500);
    expect(new SharedHead(writer.buffer).consistentThrough()).toBe(499);
    writer.endAppend(7);
    expect(new SharedHead(writer.buffer).consistentThrough()).toBe(999);
  });

  it('never goes back: what was true stays true', () => {
    const writer = new SharedHead();
    const reader = new SharedHead(writer.buffer);
    writer.knownBefore(1_000);
    expect(reader.consistentThrough()).toBe(999);
    writer.beginAppend();
    writer.appendingAt(500);
    expect(reader.consistentThrough()).toBe(999);
    writer.endAppend(7);
    writer.knownBefore(2_000);
    expect(reader.consistentThrough()).toBe(1_999);
  });

  it('of a ledger of its own waits for the time of an append that begins', () => {
    const writer = new SharedHead();
    const before = writer.consistentThrough();
    writer.beginAppend();
    expect(writer.consistentThrough()).toBeUndefined();
    writer.appendingAt(before! + 2);
    expect(writer.consistentThrough()).toBe(before! + 1);
  });
});
