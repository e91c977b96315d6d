import type { Json, JsonObject, PersonView, StoredEvent } from '../types.ts';
import type { Ref } from './identifiers.ts';

export interface Person {
  readonly cioId: string;
  id: string | null;
  email: string | null;
  readonly attributes: Map<string, Json>;
  /** Unix seconds of the newest update of each attribute. */
  readonly stamps: Map<string, number>;
  readonly createdAt: number;
  unsubscribed: boolean;
  topics: Record<string, boolean>;
  readonly events: StoredEvent[];
  rawReceipts: number;
  identifies: number;
  readonly devices: Map<string, JsonObject>;
  readonly relationships: Map<string, JsonObject>;
}

export interface People {
  find(ref: Ref): Person | undefined;
  create(createdAt: number): Person;
  /** Gives the person this identifier and takes away the one of its kind they had. */
  assign(person: Person, ref: Ref): void;
  /** Takes the email away. Somebody without an id has no other name, and keeps it. */
  removeEmail(person: Person): void;
  remove(person: Person): void;
  suppress(ref: Ref): void;
  unsuppress(ref: Ref): void;
  isSuppressed(ref: Ref): boolean;
  /** The people whose email attribute is this, in any case. More than one only in an id-only workspace. */
  withEmail(email: string): Person[];
  all(): Iterable<Person>;
}

/** Emails count as equal in any case; ids do not (the former is documented, the latter said by users). */
export function keyOf(ref: Ref): string {
  return ref.kind === 'email' ? `email:${ref.value.toLowerCase()}` : `${ref.kind}:${ref.value}`;
}

export function createPeople(nextCioId: () => string, idOnly: boolean): People {
  const byKey = new Map<string, Person>();
  const everybody = new Map<string, Person>();
  const keysOf = new Map<Person, Set<string>>();
  const suppressed = new Set<string>();

  const emailOf = (person: Person) => person.email ?? attributeText(person, 'email');
  const own = (person: Person, key: string) => {
    byKey.set(key, person);
    keysOf.get(person)?.add(key);
  };
  const disown = (person: Person, key: string) => {
    byKey.delete(key);
    keysOf.get(person)?.delete(key);
  };
  const people: People = {
    find(ref) {
      if (ref.kind !== 'phone') return byKey.get(keyOf(ref));
      return firstWhere(everybody.values(), (person) => person.attributes.get('phone') === ref.value);
    },
    create(createdAt) {
      const person = blankPerson(nextCioId(), createdAt);
      everybody.set(person.cioId, person);
      keysOf.set(person, new Set());
      own(person, `cio_id:${person.cioId}`);
      return person;
    },
    assign(person, ref) {
      if (ref.kind === 'id' || ref.kind === 'email') {
        const before = person[ref.kind];
        if (before !== null) disown(person, keyOf({ kind: ref.kind, value: before }));
        person[ref.kind] = ref.value;
      } else if (ref.kind === 'phone') {
        person.attributes.set('phone', ref.value);
        return;
      }
      own(person, keyOf(ref));
    },
    removeEmail(person) {
      if (person.email === null || person.id === null) return;
      disown(person, keyOf({ kind: 'email', value: person.email }));
      person.email = null;
    },
    remove(person) {
      everybody.delete(person.cioId);
      for (const key of keysOf.get(person) ?? []) byKey.delete(key);
      keysOf.delete(person);
    },
    suppress: (ref) => void suppressed.add(keyOf(ref)),
    unsuppress: (ref) => void suppressed.delete(keyOf(ref)),
    isSuppressed: (ref) => suppressed.has(keyOf(ref)),
    withEmail(email) {
      if (!idOnly) return [people.find({ kind: 'email', value: email })].filter((one) => one !== undefined);
      const wanted = email.toLowerCase();
      return [...everybody.values()].filter((person) => emailOf(person)?.toLowerCase() === wanted);
    },
    all: () => everybody.values(),
  };
  return people;
}

function blankPerson(cioId: string, createdAt: number): Person {
  return {
    cioId,
    id: null,
    email: null,
    attributes: new Map(),
    stamps: new Map(),
    createdAt,
    unsubscribed: false,
    topics: {},
    events: [],
    rawReceipts: 0,
    identifies: 0,
    devices: new Map(),
    relationships: new Map(),
  };
}

function firstWhere<T>(values: Iterable<T>, test: (value: T) => boolean): T | undefined {
  for (const value of values) if (test(value)) return value;
  return undefined;
}

export function attributeText(person: Person, name: string): string | null {
  const value = person.attributes.get(name);
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Where the person's email goes: the identifier, or the plain attribute in an id-only workspace. */
export function addressOf(person: Person): string | null {
  return person.email ?? attributeText(person, 'email');
}

/** All attributes with the identifiers among them, as Liquid and the App API see them. */
export function attributesOf(person: Person): JsonObject {
  const attributes: JsonObject = Object.fromEntries(person.attributes);
  if (person.id !== null) attributes.id = person.id;
  if (person.email !== null) attributes.email = person.email;
  return attributes;
}

export function viewOf(person: Person): PersonView {
  return {
    cioId: person.cioId,
    id: person.id,
    email: person.email,
    attributes: attributesOf(person),
    createdAt: person.createdAt,
    unsubscribed: person.unsubscribed,
    topics: { ...person.topics },
    events: [...person.events],
    rawReceipts: person.rawReceipts,
    identifies: person.identifies,
    devices: [...person.devices.values()],
    relationships: [...person.relationships.values()],
  };
}
