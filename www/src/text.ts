/** Text that is loaded by id. What was shown before stays until the next is there, so that nothing jumps. */
export class Text<T> {
  /** The newest that has come. */
  shown: T | undefined;

  private readonly loaders: Record<string, () => Promise<{ default: T }>>;
  private wanted = "";

  constructor(loaders: Record<string, () => Promise<{ default: T }>>) {
    this.loaders = loaders;
  }

  /** Loads the text of an id, nothing where there is none; answers whether that was a change, and fails if it cannot. */
  async turnTo(id: string): Promise<boolean> {
    if (id === this.wanted) return false;
    this.wanted = id;
    let text: T | undefined;
    try {
      text = (await this.loaders[id]?.())?.default;
    } finally {
      if (this.wanted === id) this.shown = text;
    }
    return true;
  }
}
