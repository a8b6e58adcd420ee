import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { TestStore } from './store.ts';

/** The names of the blobs that a store keeps, in order. */
export function blobNames({ data }: Pick<TestStore, 'data'>): string[] {
  const folder = join(data, 'blobs');
  return readdirSync(folder)
    .filter((name) => name !== 'incoming')
    .flatMap((name) => readdirSync(join(folder, name)))
    .sort();
}

/** The files of what is being received. */
export function incomingNames({ data }: Pick<TestStore, 'data'>): string[] {
  const folder = join(data, 'blobs', 'incoming');
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Waits until so many files are being received; a while, then it is an error. */
export async function expectIncoming(store: Pick<TestStore, 'data'>, count: number): Promise<void> {
  for (let wait = 0; wait < 200 && incomingNames(store).length !== count; wait += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(incomingNames(store)).toHaveLength(count);
}
