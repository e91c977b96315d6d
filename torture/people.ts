import type { ContactState, DealState, Observed } from './observed.ts';

/** A human, named by the smallest ID of the contacts that are or were this human. */
export type PersonId = number;

/** How a person is on a deal from a time on, until the end of the run. */
export interface Place {
  dealId: number;
  isEverMain: boolean;
  isAlwaysMain: boolean;
  isAlwaysLinked: boolean;
  isEverOpen: boolean;
  isAlwaysOpen: boolean;
  /** Whether no webhook had told of the deal, or only just, so that Stagepost may not have read it yet. */
  isNews: boolean;
}

/** Who is who, and who is on which deal when. */
export interface People {
  ofContact(contactId: number): PersonId;
  /** By any address that a contact of the person ever had; null: nobody's. */
  ofAddress(address: string): PersonId | null;
  ofFirstName(firstName: string): PersonId | null;
  contactsOf(person: PersonId): number[];
  /** The deals that the person was on at any time from then on, unix ms. */
  placesSince(person: PersonId, from: number): Place[];
  /** Everybody who was the first readable contact of the deal at any time from then on, unix ms. */
  mainsSince(dealId: number, from: number): Set<PersonId>;
  /** Whether nothing changed about the deal's contacts from then on, unix ms. */
  isSteadySince(dealId: number, from: number): boolean;
  lastState(dealId: number): DealState | undefined;
  /** The main contact's person at the time when the deal's contacts were all deleted for a while; null where they never were. */
  absentFrom(dealId: number): PersonId | null;
  /** The addresses that the contacts of the person have at the end. */
  lastAddresses(person: PersonId): string[];
  /** Whether a contact of the person has had this address all the time from then on, unix ms. */
  hasKept(person: PersonId, address: string, from: number): boolean;
}

type Seen = Pick<Observed, 'dealStates' | 'contactStates' | 'merges' | 'moves'>;

/** How long it may take until Stagepost has read a deal of which a webhook has told it for the first time, ms: a process may sleep. */
const FIRST_READING_MS = 15_000;

/** @param seen states in the order of their times */
export function createPeople({ dealStates, contactStates, merges, moves }: Seen): People {
  const rootOf = joined(merges.map(({ survivorId, goneId }): [number, number] => [survivorId, goneId]));
  const gone = new Set(merges.map(({ goneId }) => goneId));
  const statesOfDeal = Map.groupBy(dealStates, ({ dealId }) => dealId);
  const statesOfContact = Map.groupBy(contactStates, ({ contactId }) => contactId);
  const byAddress = new Map<string, PersonId>();
  const byName = new Map<string, PersonId>();
  for (const { contactId, addresses, firstName } of contactStates) {
    for (const address of addresses) if (!byAddress.has(address)) byAddress.set(address, rootOf(contactId));
    if (!byName.has(firstName)) byName.set(firstName, rootOf(contactId));
  }
  const contactsOfPerson = Map.groupBy(statesOfContact.keys(), rootOf);
  const contactsOf = (person: PersonId) => contactsOfPerson.get(person) ?? [];
  const living = (person: PersonId) => contactsOf(person).filter((id) => !gone.has(id));
  const peopleOf = ({ contactIds }: DealState) => contactIds.map(rootOf);
  const since = (dealId: number, from: number) => lastingFrom(statesOfDeal.get(dealId) ?? [], from);

  const movesOfDeal = Map.groupBy(moves, ({ dealId }) => dealId);
  const isNews = (dealId: number, from: number) => {
    const own = movesOfDeal.get(dealId) ?? [];
    return own.length > 0 && own.every(({ reportedAt }) => (reportedAt ?? from) >= from - FIRST_READING_MS);
  };

  const placeOn = (person: PersonId, dealId: number, from: number): Place | null => {
    const states = since(dealId, from).filter(({ isDeleted }) => !isDeleted);
    const isMain = (state: DealState) => peopleOf(state)[0] === person;
    const isLinked = (state: DealState) => peopleOf(state).includes(person);
    if (!states.some(isLinked)) return null;
    return {
      dealId,
      isEverMain: states.some(isMain),
      isAlwaysMain: states.every(isMain),
      isAlwaysLinked: states.every(isLinked),
      isEverOpen: states.some(({ isOpen }) => isOpen),
      isAlwaysOpen: states.every(({ isOpen }) => isOpen),
      isNews: isNews(dealId, from),
    };
  };

  return {
    ofContact: rootOf,
    ofAddress: (address) => byAddress.get(address) ?? null,
    ofFirstName: (firstName) => byName.get(firstName) ?? null,
    contactsOf,
    placesSince: (person, from) =>
      [...statesOfDeal.keys()].map((id) => placeOn(person, id, from)).filter((place) => place !== null),
    mainsSince: (dealId, from) =>
      new Set(since(dealId, from).flatMap((state) => peopleOf(state).slice(0, 1))),
    isSteadySince: (dealId, from) =>
      new Set(since(dealId, from).map(({ contactIds }) => contactIds.join())).size <= 1,
    lastState: (dealId) => statesOfDeal.get(dealId)?.at(-1),
    absentFrom(dealId) {
      const states = statesOfDeal.get(dealId) ?? [];
      const before = states.find((_, index) => states[index + 1]?.contactIds.length === 0);
      return before?.contactIds[0] === undefined ? null : rootOf(before.contactIds[0]);
    },
    lastAddresses: (person) =>
      living(person).flatMap((id) => statesOfContact.get(id)?.at(-1)?.addresses ?? []),
    hasKept: (person, address, from) =>
      living(person).some((id) =>
        lastingFrom(statesOfContact.get(id) ?? [], from).every(({ addresses }) =>
          addresses.includes(address),
        ),
      ),
  };
}

/** Who was who at a time, unix ms: contacts that are merged later are two people. One answer for all times between two merges. */
export function createPeopleBefore(seen: Seen): (at: number) => People {
  const known = new Map<number, People>();
  return (at) => {
    const merges = seen.merges.filter((merge) => merge.at <= at);
    const people = known.get(merges.length) ?? createPeople({ ...seen, merges });
    known.set(merges.length, people);
    return people;
  };
}

/** The states that hold at this time or begin later. */
function lastingFrom<State extends DealState | ContactState>(states: State[], from: number): State[] {
  const first = states.findLastIndex(({ at }) => at <= from);
  return states.slice(Math.max(0, first));
}

/** The smallest member of everybody's group. Who is in no pair is a group of one. */
export function joined(pairs: [number, number][]): (id: number) => number {
  const parents = new Map<number, number>();
  const rootOf = (id: number): number => {
    const parent = parents.get(id);
    return parent === undefined ? id : rootOf(parent);
  };
  for (const pair of pairs) {
    const [low, high] = pair.map(rootOf).toSorted((a, b) => a - b) as [number, number];
    if (low !== high) parents.set(high, low);
  }
  return rootOf;
}
