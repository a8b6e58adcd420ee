/** Edits after which two names are no longer taken for a misspelling of one another. */
const FARTHEST = 5;

/**
 * The known name that a misspelt one most likely meant, or undefined when none is near.
 * @param known in the order of preference where two are equally near
 */
export function nearestName(misspelt: string, known: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Math.min(FARTHEST, Math.floor(misspelt.length / 2)) + 1;
  for (const name of known) {
    const edits = editDistance(misspelt, name);
    if (edits < least) [nearest, least] = [name, edits];
  }
  return nearest;
}

/** Levenshtein's distance: how many characters must be added, removed or replaced to turn one text into the other. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = previous[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[to.length]!;
}
