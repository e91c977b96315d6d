import type { JsonObject } from '../types.ts';

/** Rows of data that messages refer to. */
export interface Collection {
  readonly id: number;
  name: string;
  rows: JsonObject[];
  /** Unix seconds. */
  readonly createdAt: number;
  updatedAt: number;
}

export interface Collections {
  add(name: string, rows: JsonObject[]): Collection;
  update(
    collection: Collection,
    change: { name?: string | undefined; rows?: JsonObject[] | undefined },
  ): void;
  /** By the id as a path has it. */
  get(id: string): Collection | undefined;
  remove(collection: Collection): void;
  all(): Collection[];
}

export function createCollections(seconds: () => number): Collections {
  const byId = new Map<string, Collection>();
  let lastId = 0;
  return {
    add(name, rows) {
      const collection = { id: ++lastId, name, rows, createdAt: seconds(), updatedAt: seconds() };
      byId.set(String(collection.id), collection);
      return collection;
    },
    update(collection, { name = collection.name, rows = collection.rows }) {
      Object.assign(collection, { name, rows, updatedAt: seconds() });
    },
    get: (id) => byId.get(id),
    remove: ({ id }) => void byId.delete(String(id)),
    all: () => [...byId.values()],
  };
}
