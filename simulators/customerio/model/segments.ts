/** A manual segment. */
export interface Segment {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  /** Unix seconds. */
  readonly createdAt: number;
  /** cio_ids. */
  readonly members: Set<string>;
}

export interface Segments {
  /** By the id as a path has it. */
  get(id: string): Segment | undefined;
  /** The segment of an id, which the Track API fills without asking whether it exists. */
  getOrCreate(id: string): Segment;
  create(name: string, description: string): Segment;
  remove(segment: Segment): void;
  all(): Segment[];
}

export function createSegments(seconds: () => number): Segments {
  const byId = new Map<string, Segment>();
  let lastId = 0;
  const add = (id: number, name: string, description: string): Segment => {
    lastId = Math.max(lastId, id);
    const segment = { id, name, description, createdAt: seconds(), members: new Set<string>() };
    byId.set(String(id), segment);
    return segment;
  };
  return {
    get: (id) => byId.get(id),
    getOrCreate: (id) => byId.get(id) ?? add(Number(id), `Segment ${id}`, ''),
    create: (name, description) => add(lastId + 1, name, description),
    remove: ({ id }) => void byId.delete(String(id)),
    all: () => [...byId.values()],
  };
}
