/** The most characters of texts whose parsed form is kept. Parsed, a text takes about a hundred times its characters. */
const MAX_CHARACTERS = 200_000;

/** Values by text; those that were used least recently go first. */
export class TextCache<T> {
  readonly #values = new Map<string, T>();
  #characters = 0;

  get(text: string): T | undefined {
    const value = this.#values.get(text);
    if (value === undefined) return undefined;
    this.#values.delete(text);
    this.#values.set(text, value);
    return value;
  }

  set(text: string, value: T): void {
    this.#values.set(text, value);
    this.#characters += text.length;
    for (const oldest of this.#values.keys()) {
      if (this.#characters <= MAX_CHARACTERS) return;
      this.#values.delete(oldest);
      this.#characters -= oldest.length;
    }
  }
}
