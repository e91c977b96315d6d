import { changes, type Entry, entryOf, fold, managerEntry, shownAs, withAcceptedOptIns } from './consent.ts';
import type {
  ContactState,
  ManagerEdit,
  Observed,
  ObservedMerge,
  ObservedMove,
  ObservedReport,
} from './observed.ts';
import {
  createPeople,
  createPeopleBefore,
  joined,
  type People,
  type PersonId,
  type Place,
} from './people.ts';
import {
  clickNote,
  conversionNote,
  launchNote,
  MANAGER_OPT_IN,
  MANAGER_OPT_OUT,
  openNote,
  SILENCE_EVENT,
  SILENCE_TASK,
} from './texts.ts';

/*
 * What must stand at both simulators in the end, worked out from what happened at the senders. Written from
 * examples/stagepost.yaml and docs/how-it-works.md, not from src/: a shared mistake would pass its own test.
 *
 * Stagepost reads a deal some time after its webhook, and in trouble long after. Whoever was on the deal at any time from
 * then on may be the one whom it finds; what cannot have been found is wrong.
 */

/** How often something must be there: between `least` and `most` times, on one of these deals, about one of these people. */
export interface Expected {
  /** `event`: at Customer.io; `note` and `task`: on the deal in Kommo. */
  kind: 'event' | 'note' | 'task';
  /** Names the effect: no other expected one of its kind is called so. */
  what: string;
  deals: Set<number>;
  people: Set<PersonId>;
  least: number;
  most: number;
}

export interface ExpectedField {
  dealId: number;
  /** What `email_status` may show; null is empty. */
  values: (string | null)[];
}

/** Two moves of one deal that Stagepost received in order: their effects must have the same order. `at`: unix seconds. */
export interface ExpectedOrder {
  dealId: number;
  first: { event: string; at: number };
  second: { event: string; at: number };
}

export interface Verdict {
  effects: Expected[];
  fields: ExpectedField[];
  orders: ExpectedOrder[];
  /** Emails of campaigns to people who had opted out by then, in words. */
  unwantedMails: string[];
  /** Everybody whose opt-out holds at the end. */
  optedOut: Set<PersonId>;
}

/** Stage by id: the event that it starts. */
const EVENTS: Record<number, string> = {
  12345678: 'demo_scheduled',
  12345679: 'demo_completed',
  12345680: 'proposal_sent',
  12345681: 'onboarding_started',
  142: 'deal_won',
};

export interface OracleOptions {
  /** The configuration's `inactivity[0].after`, in ms. */
  inactiveAfterMs: number;
  /** The configuration's `consent.opt_in_from_crm`: without it no manager takes an opt-out back. */
  optInFromCrm: boolean;
}

/** An effect that belongs to one deal's history. */
export const ofDeal = (what: string, dealId: number): string => `${what} (deal ${dealId})`;
/** A task about a person's change. */
export const ofPerson = (what: string, person: PersonId | null): string => `${what} (person ${person})`;

export function judge(observed: Observed, options: OracleOptions): Verdict {
  const people = createPeople(observed);
  const edits = observed.managerEdits.filter(({ wish }) => wish === 'opt_out' || options.optInFromCrm);
  const entries = entriesByContact(observed, edits);
  const effects = new Map<string, Expected>();
  const expect = (fresh: Expected) => {
    const key = `${fresh.kind}/${fresh.what}`;
    const known = effects.get(key);
    effects.set(key, known ? both(known, fresh) : fresh);
  };
  for (const move of observed.moves) effectsOfMove(move, observed, people, options).forEach(expect);
  const peopleBefore = createPeopleBefore(observed);
  notesOfReports(observed, people, peopleBefore).forEach(expect);
  tasksOfChanges(entries, observed, people, peopleBefore).forEach(expect);
  notesOfManagers(edits, observed, people).forEach(expect);
  // An edit that no webhook reported can be found with a later reading of the deal, or be taken for the client's own.
  const optOuts = edits.filter((edit) => edit.wish === 'opt_out');
  const optIns = edits.filter((edit) => edit.wish === 'opt_in');
  const possible = [optOuts, optOuts.filter((edit) => isSure(edit, observed))].flatMap((some) =>
    [optIns, optIns.filter((edit) => isSure(edit, observed))].map((others) => [...some, ...others]),
  );
  const readings = possible.map((some) => {
    const own = entriesByContact(observed, some);
    return (person: PersonId) =>
      withAcceptedOptIns(inOrder(people.contactsOf(person).flatMap((id) => own.get(id) ?? [])));
  });
  const everybody = new Set(observed.contactStates.map(({ contactId }) => people.ofContact(contactId)));
  return {
    effects: [...effects.values()],
    fields: fieldsOf(observed, people, readings),
    orders: ordersOf(observed.moves, people),
    unwantedMails: unwantedMails(observed, people, entries),
    optedOut: new Set(
      // Topics that are off leave the profile itself subscribed.
      [...everybody].filter((person) =>
        readings.every(
          (entriesOf) => fold(entriesOf(person).filter(isOfSetting), []).consent === 'unsubscribed',
        ),
      ),
    ),
  };
}

const isOfSetting = ({ kind }: Entry): boolean => kind !== 'topics_off' && kind !== 'topics_on';

/**
 * Whether Stagepost surely finds a manager's edit: a webhook reported it, and nothing replaced it before it was read. A box that is
 * ticked and unticked between two readings was not changed.
 */
function isSure({ reportedAt, dealId, contactId, at }: ManagerEdit, { managerEdits }: Observed): boolean {
  const isReplaced = managerEdits.some(
    (later) => later.at > at && (dealId === null ? later.contactId === contactId : later.dealId === dealId),
  );
  return reportedAt !== null && !isReplaced;
}

function both(one: Expected, other: Expected): Expected {
  return {
    ...one,
    deals: new Set([...one.deals, ...other.deals]),
    people: new Set([...one.people, ...other.people]),
    least: one.least + other.least,
    most: one.most + other.most,
  };
}

/** The event of a stage with a rule, its note, and what follows of silence. */
function effectsOfMove(
  move: ObservedMove,
  { moves, reports }: Observed,
  people: People,
  { inactiveAfterMs }: OracleOptions,
): Expected[] {
  const event = EVENTS[move.stageId];
  if (event === undefined || move.isEarlier) return [];
  const { dealId } = move;
  const mains = people.mainsSince(dealId, move.at);
  const last = people.lastState(dealId);
  const hasClient = last !== undefined && !last.isDeleted && last.contactIds.length > 0;
  const effect = (kind: Expected['kind'], what: string, least: number, most: number): Expected => ({
    kind,
    what: ofDeal(what, dealId),
    deals: new Set([dealId]),
    people: mains,
    least,
    most,
  });
  const sent = hasClient && isFound(move, moves) ? 1 : 0;
  const launched = [effect('event', event, sent, 1), effect('note', launchNote(event), sent, 1)];
  if (event !== 'deal_won') return launched;
  const { least, most } = silence(move, reports, people, inactiveAfterMs);
  return [
    ...launched,
    effect('event', SILENCE_EVENT, least, most),
    effect('task', SILENCE_TASK, least, most),
  ];
}

/**
 * Whether Stagepost surely learns of it. Kommo's log does not say in which stage a deal was created: its first move does, and
 * one that has not moved is decided minutes later, after the end of a run.
 */
function isFound({ isCreation, reportedAt, dealId }: ObservedMove, moves: ObservedMove[]): boolean {
  return !isCreation || reportedAt !== null || moves.some((one) => one.dealId === dealId && !one.isCreation);
}

/** Whether the inactivity event comes: surely, surely not, or it depends on which was first by a hair. */
function silence(move: ObservedMove, reports: ObservedReport[], people: People, inactiveAfterMs: number) {
  const from = Math.floor(move.at / 1000);
  const until = move.at + inactiveAfterMs;
  const mains = people.mainsSince(move.dealId, move.at);
  const opens = reports.filter(
    ({ address, name, isMachine, at }) =>
      mains.has(people.ofAddress(address) ?? -1) &&
      name === 'email_opened' &&
      !isMachine &&
      at >= from &&
      at * 1000 <= until + 1000,
  );
  // A timer follows its person: where the people of a deal change, or two are joined, it may end with the old one.
  const isOfOne = people.isSteadySince(move.dealId, move.at) && mains.size === 1;
  const isPlain = isOfOne && people.contactsOf([...mains][0]!).length === 1;
  if (opens.length === 0) return { least: isPlain ? 1 : 0, most: 1 };
  const inTime = opens.some(
    ({ at, acceptedAt, isLost }) => !isLost && at * 1000 < until - 1000 && acceptedAt < until - 1000,
  );
  return inTime && isPlain ? { least: 0, most: 0 } : { least: 0, most: 1 };
}

/** One note for the first open of a message by a person, and for each click and conversion. */
function notesOfReports(observed: Observed, people: People, peopleBefore: PeopleBefore): Expected[] {
  const opened = new Set<string>();
  return observed.reports.flatMap((report) => {
    const { name, isMachine, subject, href } = report;
    const delivery = report.deliveryId ?? '';
    const note = (what: string): Expected[] => onDealOf(report, 'note', what, observed, people, peopleBefore);
    if (name === 'email_converted') return note(conversionNote(subject, delivery));
    if (isMachine) return [];
    if (name === 'email_clicked') return note(clickNote(subject, href, delivery));
    if (name !== 'email_opened' || opened.has(delivery)) return [];
    opened.add(delivery);
    return note(openNote(subject, delivery));
  });
}

function onDealOf(
  { address, at, isLost = false }: ObservedReport,
  kind: 'note',
  what: string,
  { merges }: Observed,
  people: People,
  peopleBefore: PeopleBefore,
): Expected[] {
  const person = people.ofAddress(address);
  if (person === null) return [];
  const { deals, isCertain } = dealsOf(person, at * 1000, people);
  const known = knownUntil(person, at * 1000, merges, people);
  const before = peopleBefore(known);
  const apart = dealsOf(before.ofAddress(address)!, known, before).deals;
  return [
    {
      kind,
      what,
      deals: new Set([...deals, ...apart]),
      people: new Set([person]),
      least: isCertain && !isLost ? 1 : 0,
      most: 1,
    },
  ];
}

/** The time until which Stagepost surely knows the person's deals: a merge that no webhook had reported by then is unknown. */
function knownUntil(person: PersonId, at: number, merges: ObservedMerge[], people: People): number {
  const unknown = merges.filter(
    (merge) =>
      isOf(merge, person, people) &&
      merge.at < at + 1000 &&
      (merge.reportedAt ?? Number.POSITIVE_INFINITY) > at,
  );
  return Math.min(at, ...unknown.map((merge) => merge.at - 1));
}

/** A report of before a merge can be planned before it, too: then only the deals of the one contact are known to be the person's. */
type PeopleBefore = (at: number) => People;

/** Where a report about the person may go: deals of which the person is the main contact go first, and open ones. */
function dealsOf(person: PersonId, at: number, people: People): { deals: Set<number>; isCertain: boolean } {
  const places = people.placesSince(person, at);
  const main = preferred(
    places,
    ({ isAlwaysMain, isNews }) => isAlwaysMain && !isNews,
    ({ isEverMain }) => isEverMain,
  );
  const open = preferred(
    main,
    ({ isAlwaysOpen, isAlwaysMain, isNews }) => isAlwaysOpen && isAlwaysMain && !isNews,
    ({ isEverOpen }) => isEverOpen,
  );
  return {
    deals: new Set(open.map(({ dealId }) => dealId)),
    isCertain: places.some(({ isAlwaysLinked }) => isAlwaysLinked),
  };
}

/** Leaves out who is never preferred, if somebody is all the time. */
function preferred(
  places: Place[],
  isAlways: (place: Place) => boolean,
  isEver: (place: Place) => boolean,
): Place[] {
  return places.some(isAlways) ? places.filter(isEver) : places;
}

/** The entries about each contact's own addresses, in the order of their times. */
function entriesByContact({ reports, contactStates }: Observed, edits: ManagerEdit[]) {
  const owners = ownersOf(contactStates);
  const entries = new Map<number, Entry[]>();
  const add = (contactId: number | undefined, entry: Entry | null) => {
    if (contactId === undefined || entry === null) return;
    entries.set(contactId, inOrder([...(entries.get(contactId) ?? []), entry]));
  };
  for (const report of reports) add(owners.get(report.address), entryOf(report));
  for (const edit of edits) add(edit.contactId, managerEntry(edit));
  return entries;
}

/** The contact that had each address first: before any merge, so that what was said as that contact can be told apart. */
function ownersOf(contactStates: ContactState[]): Map<string, number> {
  const owners = new Map<string, number>();
  for (const { contactId, addresses } of contactStates)
    for (const address of addresses) if (!owners.has(address)) owners.set(address, contactId);
  return owners;
}

const inOrder = (entries: Entry[]): Entry[] => entries.toSorted((a, b) => a.at - b.at);

/**
 * One task for one change of the person. Two contacts that are merged are two people before and one afterwards; which of it
 * a report met depends on when Stagepost learnt of the merge.
 */
function tasksOfChanges(
  entries: Map<number, Entry[]>,
  { managerEdits, merges }: Observed,
  people: People,
  peopleBefore: PeopleBefore,
): Expected[] {
  const ofManagers = new Set(managerEdits.map(({ contactId }) => people.ofContact(contactId)));
  const persons = new Set([...entries.keys()].map(people.ofContact));
  return [...persons].flatMap((person) => {
    const own = people.contactsOf(person).map((id) => entries.get(id) ?? []);
    const together = changes(inOrder(own.flat()));
    const apart = own.flatMap(changes);
    // Of an opt-out of both sides the one that is planned first changes the state, and only that of the client makes a task.
    const isOfManager = ({ kind }: Entry) =>
      (kind === 'opt_out' || kind === 'topics_off') && ofManagers.has(person);
    const texts = new Set([...together, ...apart].map(({ task }) => task!));
    return [...texts].map((text): Expected => {
      const of = (list: Entry[]) => list.filter(({ task }) => task === text);
      const places = [...of(together), ...of(apart)].map(({ at }) => dealsOf(person, at * 1000, people));
      for (const id of people.contactsOf(person)) {
        for (const { at } of of(changes(entries.get(id) ?? []))) {
          const known = knownUntil(person, at * 1000, merges, people);
          const before = peopleBefore(known);
          places.push(dealsOf(before.ofContact(id), known, before));
        }
      }
      const certain = (list: Entry[]) =>
        of(list).filter((entry) => isCertain(entry, person, people) && !isOfManager(entry)).length;
      return {
        kind: 'task',
        what: ofPerson(text, person),
        deals: new Set(places.flatMap(({ deals }) => [...deals])),
        people: new Set([person]),
        least: Math.min(certain(together), certain(apart)),
        most: Math.max(of(together).length, of(apart).length),
      };
    });
  });
}

/** The note that says who set it. There is none where the client's own was planned first: the deal shows it already. */
function notesOfManagers(edits: ManagerEdit[], { merges }: Observed, people: People): Expected[] {
  return edits.map(({ wish, dealId, contactId, at }) => {
    const person = people.ofContact(contactId);
    const what = ofPerson(wish === 'opt_out' ? MANAGER_OPT_OUT : MANAGER_OPT_IN, person);
    const deals = dealId === null ? people.placesSince(person, at).map((place) => place.dealId) : [dealId];
    // A merge of contacts in Kommo ticks the survivor's box, too.
    const copies = merges.filter((merge) => dealId === null && merge.at > at && isOf(merge, person, people));
    const most = 1 + copies.length;
    return { kind: 'note', what, deals: new Set(deals), people: new Set([person]), least: 0, most };
  });
}

function isOf({ survivorId }: ObservedMerge, person: PersonId, people: People): boolean {
  return people.ofContact(survivorId) === person;
}

/** A bounce of an address that has been corrected meanwhile says nothing any more. */
function isCertain({ kind, address, at }: Entry, person: PersonId, people: People): boolean {
  if (!dealsOf(person, at * 1000, people).isCertain) return false;
  return kind !== 'bounce' || people.hasKept(person, address, at * 1000);
}

/** On every open deal: what is known of its main contact. */
function fieldsOf(
  { moves, dealStates, managerEdits }: Observed,
  people: People,
  readings: ((person: PersonId) => Entry[])[],
): ExpectedField[] {
  const launched = new Set(
    moves
      .filter((move) => EVENTS[move.stageId] !== undefined && !move.isEarlier && isFound(move, moves))
      .map(({ dealId }) => dealId),
  );
  const dealIds = new Set(dealStates.map(({ dealId }) => dealId));
  return [...dealIds].flatMap((dealId) => {
    const last = people.lastState(dealId)!;
    const contactId = last.contactIds[0];
    if (!last.isOpen || last.isDeleted || contactId === undefined) return [];
    const person = people.ofContact(contactId);
    // Of several addresses of a merged contact, the one that Customer.io has is the current one.
    const values = readings.flatMap((entriesOf) =>
      people.lastAddresses(person).map((address) => shownAs(fold(entriesOf(person), [address]))),
    );
    // A deal that no stage with a rule has brought up may be unknown, and a cleared field of which no webhook said so stays cleared.
    const cleared = managerEdits.filter((edit) => edit.wish === 'opt_in' && edit.dealId === dealId);
    const isOut = values.some((value) => value === 'unsubscribed' || value === 'spam');
    const mayBeEmpty = cleared.some(({ reportedAt }) => reportedAt === null || !isOut);
    const isKnown = launched.has(dealId) && !mayBeEmpty;
    return [{ dealId, values: [...new Set(isKnown ? values : [...values, null])] }];
  });
}

/** A second is how long Stagepost has to store what a webhook says, before the move that it must count for. */
const SETTLED_MS = 1_000;

/**
 * Emails to people whose opt-out Stagepost had accepted before the move happened that started the campaign. An opt-out of a
 * merged contact counts once a webhook has said that the other one is gone. A client who opts in at Customer.io within minutes
 * of a manager's opt-out gets email there until Stagepost, which hears of it later, has undone it: nobody can prevent that.
 */
function unwantedMails(observed: Observed, people: People, entries: Map<number, Entry[]>): string[] {
  const { mails, merges, reports, contactStates } = observed;
  const owners = ownersOf(contactStates);
  const ofClients = reports
    .filter((report) => entryOf(report)?.kind === 'opt_out')
    .map(({ name, address, at, acceptedAt }) => ({
      ...{ as: address, by: name, owner: owners.get(address), at, saidAt: at, acceptedAt },
    }));
  const optOutsInKommo = observed.managerEdits.filter(({ wish }) => wish === 'opt_out');
  const ofManagers = optOutsInKommo.map((edit) => ({
    ...{ as: `contact ${edit.contactId}`, by: `deal ${edit.dealId ?? 'of any'}`, owner: edit.contactId },
    ...{ at: managerEntry(edit).at, saidAt: Math.floor(edit.at / 1000) },
    acceptedAt: isSure(edit, observed) ? edit.reportedAt! : Number.POSITIVE_INFINITY,
  }));
  const optOuts = [...ofClients, ...ofManagers];
  const optIns = [...entries].flatMap(([contactId, own]) =>
    own
      .filter(({ kind }) => kind === 'opt_in')
      .map(({ at }) => ({ person: people.ofContact(contactId), at })),
  );
  return mails.flatMap((mail) => {
    const contactId = owners.get(mail.recipient);
    if (contactId === undefined) return [];
    const deadline = Math.min(mail.eventAt, mail.at) - SETTLED_MS;
    const reportedMerges = merges.filter(({ reportedAt }) => reportedAt !== null && reportedAt < deadline);
    const isSame = joined(reportedMerges.map(({ survivorId, goneId }) => [survivorId, goneId]));
    const person = people.ofContact(contactId);
    const own = optIns.filter((optIn) => optIn.person === person && optIn.at * 1000 <= mail.at);
    /** The reports of opt-outs in which an opt-in of the client was undone before the email. */
    const isUndone = ({ at: from }: { at: number }) =>
      ofClients.some(
        ({ owner, at }) =>
          owner !== undefined && people.ofContact(owner) === person && at >= from && at * 1000 <= mail.at,
      );
    const optOut = optOuts.find(({ owner, at, saidAt, acceptedAt }) => {
      return (
        owner !== undefined &&
        isSame(owner) === isSame(contactId) &&
        acceptedAt < deadline &&
        !own.some((optIn) => optIn.at > at || (optIn.at > saidAt && !isUndone(optIn)))
      );
    });
    return optOut === undefined
      ? []
      : [`${mail.event} to ${mail.recipient}, who opted out as ${optOut.as} (${optOut.by})`];
  });
}

/** Pairs of a deal's moves of which the first was reported before the second happened, with one and the same client. */
function ordersOf(moves: ObservedMove[], people: People): ExpectedOrder[] {
  const byDeal = Map.groupBy(
    moves.filter(({ stageId }) => EVENTS[stageId] !== undefined),
    ({ dealId }) => dealId,
  );
  const side = ({ stageId, at }: ObservedMove) => ({ event: EVENTS[stageId]!, at: Math.floor(at / 1000) });
  return [...byDeal].flatMap(([dealId, own]) =>
    own.slice(1).flatMap((second, index) => {
      const first = own[index]!;
      const isTold = first.reportedAt !== null && second.reportedAt !== null && first.reportedAt < second.at;
      const isOfOne = people.mainsSince(dealId, first.at).size === 1;
      return isTold && isOfOne ? [{ dealId, first: side(first), second: side(second) }] : [];
    }),
  );
}
