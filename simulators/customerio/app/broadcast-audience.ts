import type { BroadcastRecipient } from '../mail/broadcasts.ts';
import { identifierText } from '../model/identifiers.ts';
import { isObject } from '../model/limits.ts';
import { attributesOf, type Person } from '../model/people.ts';
import type { Workspace } from '../model/workspace.ts';
import type { Json, JsonObject } from '../types.ts';
import { readFilter } from './filters.ts';
import { appRef } from './identifiers.ts';

// Customer.io docs, "API triggered broadcast limits".
const MAX_RECIPIENTS = 10_000;
const MAX_DATA_BYTES = 50_000;

/** A body names its audience in one of these ways, or leaves it to the broadcast. */
const audienceKeys = ['recipients', 'emails', 'ids', 'per_user_data', 'data_file_url'];

/** Who gets a broadcast, and why it fails where somebody does not exist. The texts of the errors are not documented. */
export interface Audience {
  recipients: BroadcastRecipient[];
  errors: string[];
}

/** What a call says about people who cannot be found, or are found twice. */
interface Leniency {
  ignoresMissingIds: boolean;
  ignoresMissingEmails: boolean;
  addsDuplicates: boolean;
}

/** Whether the audience is in a file at some address, which the simulator does not read. */
export const namesDataFile = (body: JsonObject): boolean => body.data_file_url !== undefined;

/** Reads the audience of a trigger. Nobody is created: who does not exist fails the broadcast, unless the call ignores it. */
export function readAudience(ws: Workspace, body: JsonObject): Audience {
  const given = audienceKeys.filter((key) => body[key] !== undefined);
  if (given.length > 1) return failed(`only one of ${given.join(', ')} can be used`);
  const data = body.data ?? {};
  if (!isObject(data)) return failed('data must be an object');
  if (Buffer.byteLength(JSON.stringify(data)) > MAX_DATA_BYTES)
    return failed(`data cannot be longer than ${MAX_DATA_BYTES} bytes`);
  const leniency = {
    ignoresMissingIds: body.id_ignore_missing === true,
    ignoresMissingEmails: body.email_ignore_missing === true,
    addsDuplicates: body.email_add_duplicates === true,
  };
  if (body.ids !== undefined) return readList(ws, body.ids, 'ids', (id) => ({ id, data }), leniency);
  if (body.emails !== undefined)
    return readList(ws, body.emails, 'emails', (email) => ({ email, data }), leniency);
  if (body.per_user_data !== undefined)
    return readList(ws, body.per_user_data, 'per_user_data', (entry) => perUser(entry, data), leniency);
  return readRecipients(ws, body.recipients, data);
}

const failed = (error: string): Audience => ({ recipients: [], errors: [error] });

interface Entry {
  id?: Json | undefined;
  email?: Json | undefined;
  data: JsonObject;
}

/** `{ id or email, data }`: the person's own data over those of the broadcast. */
function perUser(entry: Json, data: JsonObject): Entry {
  const { id, email, data: own } = isObject(entry) ? entry : {};
  return { id, email, data: { ...data, ...(isObject(own) ? own : {}) } };
}

function readList(
  ws: Workspace,
  list: Json,
  key: string,
  read: (one: Json) => Entry,
  leniency: Leniency,
): Audience {
  if (!Array.isArray(list)) return failed(`${key} must be an array`);
  if (list.length > MAX_RECIPIENTS) return failed(`${key} cannot have more than ${MAX_RECIPIENTS} entries`);
  const found = list.map((one) => find(ws, read(one), leniency));
  return {
    recipients: found.flatMap(({ recipients }) => recipients),
    errors: found.flatMap(({ errors }) => errors),
  };
}

function find(ws: Workspace, { id, email, data }: Entry, leniency: Leniency): Audience {
  const all = (people: Person[]): Audience => ({
    recipients: people.map((person) => ({ person, data })),
    errors: [],
  });
  if (email === undefined) {
    const text = identifierText(id);
    const ref = text === null ? null : appRef(text, null);
    const person = ref && ws.people.find(ref);
    if (person) return all([person]);
    return leniency.ignoresMissingIds ? all([]) : failed(`no person has the id ${JSON.stringify(id)}`);
  }
  const people = ws.people.withEmail(String(email));
  if (people.length === 0)
    return leniency.ignoresMissingEmails
      ? all([])
      : failed(`no person has the email ${JSON.stringify(email)}`);
  if (people.length > 1 && !leniency.addsDuplicates)
    return failed(`more than one person has the email ${JSON.stringify(email)}`);
  return all(people);
}

/** The people of a filter; without one all people, as the broadcast's own audience. */
function readRecipients(ws: Workspace, recipients: Json | undefined, data: JsonObject): Audience {
  const all = [...ws.people.all()];
  if (recipients === undefined) return { recipients: all.map((person) => ({ person, data })), errors: [] };
  const filter = readFilter(recipients);
  if (!filter) return failed('recipients is not a valid filter');
  const people = all.filter((person) => {
    const attributes = attributesOf(person);
    return filter({
      attribute: (name) => (name === 'cio_id' ? person.cioId : attributes[name]),
      isInSegment: (id) => ws.segments.get(id)?.members.has(person.cioId) ?? false,
    });
  });
  return { recipients: people.map((person) => ({ person, data })), errors: [] };
}
