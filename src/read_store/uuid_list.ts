/** UUIDs of statements in order of arrival: the i-th is that of the i-th revision. */
export class UuidList {
  readonly values: string[] = [];
  readonly revisions: number[] = [];
  /** Whoever only writes them into the tables has no use for these: they are made when somebody asks. */
  readonly #first = new Map<string, number>();
  readonly #others = new Map<string, number[]>();
  #found = 0;

  add(value: string, revision: number): void {
    this.values.push(value);
    this.revisions.push(revision);
  }

  /** The revisions of a UUID, ascending, each once. */
  of(value: string): number[] {
    for (; this.#found < this.values.length; this.#found++) this.#find(this.#found);
    const first = this.#first.get(value);
    if (first === undefined) return [];
    const others = this.#others.get(value);
    return others === undefined ? [first] : [...new Set([first, ...others])].sort((a, b) => a - b);
  }

  #find(place: number): void {
    const value = this.values[place]!;
    const revision = this.revisions[place]!;
    const others = this.#others.get(value);
    if (others) others.push(revision);
    else if (this.#first.has(value)) this.#others.set(value, [revision]);
    else this.#first.set(value, revision);
  }
}
