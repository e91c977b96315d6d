import type { Json, JsonObject } from '../types.ts';

/** A custom object, such as a deal or a company, with the people it is related to. */
export interface StoredObject {
  readonly typeId: string;
  readonly id: string;
  readonly cioObjectId: string;
  readonly attributes: Map<string, Json>;
  /** Unix seconds of the newest update of each attribute. */
  readonly stamps: Map<string, number>;
  /** The attributes of each relationship, by the cio_id of its person. */
  readonly people: Map<string, JsonObject>;
}

export interface Objects {
  find(typeId: string, id: string): StoredObject | undefined;
  findByCioId(cioObjectId: string): StoredObject | undefined;
  /** An unknown id makes an object; types are made in Customer.io's web page, and exist here as soon as they are used. */
  getOrCreate(typeId: string, id: string): StoredObject;
  remove(object: StoredObject): void;
  ofType(typeId: string): StoredObject[];
  relatedTo(cioId: string): StoredObject[];
  typeIds(): string[];
}

export function createObjects(): Objects {
  const all = new Map<string, StoredObject>();
  let last = 0;
  const keyOf = (typeId: string, id: string) => `${typeId}/${id}`;
  return {
    find: (typeId, id) => all.get(keyOf(typeId, id)),
    findByCioId: (cioObjectId) => [...all.values()].find((one) => one.cioObjectId === cioObjectId),
    getOrCreate(typeId, id) {
      const known = all.get(keyOf(typeId, id));
      if (known) return known;
      const cioObjectId = `ob${(++last).toString(16).padStart(8, '0')}`;
      const own = { attributes: new Map(), stamps: new Map(), people: new Map() };
      const object: StoredObject = { typeId, id, cioObjectId, ...own };
      all.set(keyOf(typeId, id), object);
      return object;
    },
    remove: ({ typeId, id }) => void all.delete(keyOf(typeId, id)),
    ofType: (typeId) => [...all.values()].filter((one) => one.typeId === typeId),
    relatedTo: (cioId) => [...all.values()].filter(({ people }) => people.has(cioId)),
    typeIds: () => [...new Set([...all.values()].map(({ typeId }) => typeId))].sort(),
  };
}
