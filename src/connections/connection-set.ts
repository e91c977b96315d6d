import type { ConnectionConfig } from '../config/index.ts';

/** One part of the program for each connection, as `ConnectionSet.each` keeps it up to date. */
interface PerConnection {
  add(config: ConnectionConfig): void;
  /** Takes it out at once. @returns what resolves when it has ended */
  remove(name: string): void | Promise<void>;
}

/**
 * The connections of this process. They come and go while it runs. Every part of the program that has something of its own
 * for each connection gets it from `each`, so that no part has to know when connections change.
 */
export class ConnectionSet {
  readonly #configs = new Map<string, ConnectionConfig>();
  readonly #parts: PerConnection[] = [];

  constructor(configs: readonly ConnectionConfig[]) {
    for (const config of configs) this.add(config);
  }

  /** In the order in which they were added. */
  get names(): string[] {
    return [...this.#configs.keys()];
  }

  /** In the order in which they were added. */
  get all(): ConnectionConfig[] {
    return [...this.#configs.values()];
  }

  get(name: string): ConnectionConfig | undefined {
    return this.#configs.get(name);
  }

  /**
   * Makes something for each connection: at once for those that exist, and later for each one that is added.
   * @param end called with what was made for a connection that is removed or replaced, once it is out of the view
   * @returns a view of what was made, by name, that changes with the connections
   */
  each<T>(
    make: (config: ConnectionConfig) => T,
    end: (made: T, name: string) => void | Promise<void> = () => {},
  ): ReadonlyMap<string, T> {
    const made = new Map<string, T>();
    const part: PerConnection = {
      add: (config) => made.set(config.name, make(config)),
      remove(name) {
        const ended = made.get(name)!;
        made.delete(name);
        return end(ended, name);
      },
    };
    for (const config of this.#configs.values()) part.add(config);
    this.#parts.push(part);
    return made;
  }

  /** @throws where there is a connection of this name */
  add(config: ConnectionConfig): void {
    if (this.#configs.has(config.name)) throw new Error(`There already is a connection ${config.name}.`);
    this.#configs.set(config.name, config);
    for (const part of this.#parts) part.add(config);
  }

  /** Changes a connection without a moment in which there is none. Resolves when everything of the old one has ended. */
  async replace(config: ConnectionConfig): Promise<void> {
    this.#configs.set(config.name, config);
    const ends = this.#parts.map((part) => {
      const ended = part.remove(config.name);
      part.add(config);
      return ended;
    });
    await Promise.all(ends);
  }

  /** Resolves when everything of the connection has ended. */
  async remove(name: string): Promise<void> {
    if (!this.#configs.delete(name)) return;
    await Promise.all(this.#parts.map((part) => part.remove(name)));
  }
}
