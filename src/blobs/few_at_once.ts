/**
 * Works on each of `items`, at most `most` at once.
 * @throws what `work` throws first; what is under way is then left to end by itself
 */
export async function fewAtOnce<T>(items: readonly T[], most: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  let failed = false;
  const workOn = async () => {
    for (const item of left) {
      if (failed) return;
      await work(item);
    }
  };
  const workers = Array.from({ length: Math.min(most, items.length) }, workOn);
  await Promise.all(workers).catch((error) => {
    failed = true;
    throw error;
  });
}
