export interface StreamPlacesOptions {
  /** Streams that this process serves at a time. */
  max: number;
  /** Of these, the streams of one user or token. */
  maxOfOwner: number;
}

/** An open stream. */
interface Stream {
  owner: string;
  close(): void;
}

/**
 * The places of open streams. One more of an owner who has many closes that owner's oldest: a console that was opened last is
 * the one that somebody looks at.
 */
export class StreamPlaces {
  readonly #options: StreamPlacesOptions;
  /** In the order in which they were opened. */
  readonly #streams = new Set<Stream>();

  constructor(options: StreamPlacesOptions) {
    this.#options = options;
  }

  /**
   * Takes a place at once, before the stream waits for anything: places that are only counted later could be taken any number
   * of times meanwhile.
   * @param owner a user or token
   * @param close ends the stream, because its place is needed
   * @returns gives the place back; null where all are taken by others
   */
  take(owner: string, close: () => void): (() => void) | null {
    const own = [...this.#streams].filter((stream) => stream.owner === owner);
    const isFull = this.#streams.size >= this.#options.max;
    if (isFull && own.length === 0) return null;
    if (isFull || own.length >= this.#options.maxOfOwner) {
      const oldest = own[0]!;
      this.#streams.delete(oldest);
      oldest.close();
    }
    const stream = { owner, close };
    this.#streams.add(stream);
    return () => void this.#streams.delete(stream);
  }
}
