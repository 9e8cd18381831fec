/** Hands out one by one what comes in groups, in a third of the time that an async generator takes for each. */
export class OneByOne<T> implements AsyncIterableIterator<T, undefined> {
  readonly #groups: AsyncGenerator<readonly T[], void, undefined>;
  /** The last group, of which what comes from a place on is left. */
  #group: readonly T[] = [];
  #at = 0;
  /** Calls that have to wait, for a group or for each other, as those of a generator do. */
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(groups: AsyncGenerator<readonly T[], void, undefined>) {
    this.#groups = groups;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return this.#waiting === 0 && this.#at < this.#group.length
      ? Promise.resolve(this.#take())
      : this.#afterOthers(() => this.#find());
  }

  /** Ends the groups; what is left is handed to nobody. */
  return(): Promise<IteratorResult<T, undefined>> {
    return this.#afterOthers(async () => {
      this.#group = [];
      await this.#groups.return();
      return { done: true, value: undefined };
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #find(): Promise<IteratorResult<T, undefined>> {
    while (this.#at >= this.#group.length) {
      const { done, value } = await this.#groups.next();
      if (done === true) return { done, value: undefined };
      this.#group = value;
      this.#at = 0;
    }
    return this.#take();
  }

  #take(): IteratorResult<T, undefined> {
    const value = this.#group[this.#at]!;
    this.#at += 1;
    if (this.#at === this.#group.length) this.#group = []; // not kept until the next one comes
    return { done: false, value };
  }

  async #afterOthers<R>(call: () => Promise<R>): Promise<R> {
    this.#waiting += 1;
    const result = this.#last.then(call, call);
    this.#last = result;
    try {
      return await result;
    } finally {
      this.#waiting -= 1;
    }
  }
}
