import type { Action, ActionOf } from '../../../domain/actions.ts';
import { asRetryable, DeliveryError, mayAnswerLater } from '../../../domain/errors.ts';
import {
  hasContact,
  isOnItsWay,
  isStillAddressed,
  presentProfile,
  setRefusedEmail,
} from '../../../store/actions/profile-changes.ts';
import type { Db } from '../../../store/database/database.ts';
import type { Connection } from '../../connection.ts';

export interface ProfileOptions {
  db: Db;
  connection: Pick<Connection, 'name' | 'app'>;
}

interface ProfileReads extends ProfileOptions {
  /** How often the action was postponed so far. */
  attempts: number;
}

/**
 * So often an action is postponed while the App API is busy or away, which takes about a day. After that it is sent without what
 * would have been read, since the person's later actions wait for it.
 */
const PATIENT_ATTEMPTS = 100;

/** The action to send, or why it is not sent. */
export type Prepared = { action: Action } | { dropped: string };

/**
 * What a change of a profile needs just before it is sent: it cannot be undone, and the facts it was planned on may be
 * minutes or, after an outage, days old.
 * @throws DeliveryError `retryable` where the profile that a merge keeps does not exist yet, or the App API does not answer now
 */
export async function prepareProfileChange(action: Action, reads: ProfileReads): Promise<Prepared> {
  switch (action.kind) {
    case 'merge':
      return prepareMerge(action, reads);
    case 'remove_person':
      return prepareRemoval(action, reads);
    case 'change_email':
      return prepareEmailChange(action, reads);
    default:
      return { action };
  }
}

async function prepareMerge(action: ActionOf<'merge'>, reads: ProfileReads): Promise<Prepared> {
  const { db, connection } = reads;
  const { from } = action;
  const person = await presentProfile(db, connection.name, action);
  if (person === null)
    return {
      dropped: `${from} and ${action.person} are not the former and the present profile of one person any more.`,
    };
  if (person !== action.person && (await isOnItsWay(db, connection.name, person)))
    throw new DeliveryError('retryable', `Customer.io gets the profile ${person} first.`, { status: null });
  if (await isStillAddressed(db, connection.name, { from, person }))
    throw new DeliveryError('retryable', `Customer.io gets what is still to be sent to ${from} first.`, {
      status: null,
    });
  const [isThere, wasThere] = await Promise.all([exists(reads, person), exists(reads, from)]);
  if (wasThere === false)
    return { dropped: `Customer.io has no profile ${from}: there is nothing to merge.` };
  if (isThere === false)
    throw new DeliveryError('retryable', `Customer.io has no profile ${person} yet.`, { status: null });
  return { action: { ...action, person } };
}

async function prepareRemoval(
  action: ActionOf<'remove_person'>,
  { db, connection }: ProfileOptions,
): Promise<Prepared> {
  return (await hasContact(db, connection.name, action.person))
    ? { dropped: 'The person has a contact in Kommo: it was merged or restored.' }
    : { action };
}

/** One or two App calls, only where an email changes. */
async function prepareEmailChange(action: ActionOf<'change_email'>, reads: ProfileReads): Promise<Prepared> {
  const { db, connection } = reads;
  const { person, from, to } = action;
  const isIdentity = person === to;
  const owners = to === '' ? [] : await profilesOf(reads, to);
  // In a workspace that knows people by `id` alone the email identifies nobody, and the answer has none.
  const other = owners?.find(
    ({ id, email, cioId }) => email !== null && id !== person && (cioId === null || cioId !== action.cioId),
  );
  if (other) {
    if (isIdentity) return { dropped: `Customer.io has a profile with ${to} already.` };
    await setRefusedEmail(db, connection.name, [person], to);
    const owner = other.id ?? other.cioId;
    return {
      dropped: `Customer.io refuses ${to}: it belongs to another profile (${owner}). The person keeps ${from === to ? 'the email of before' : from}.`,
    };
  }
  if (owners !== undefined && !isIdentity) await setRefusedEmail(db, connection.name, [person], null);
  const cioId = action.cioId ?? (await cioIdOf(reads, isIdentity ? { email: from } : { id: person }));
  if (cioId !== null) return { action: { ...action, cioId } };
  return {
    dropped: isIdentity
      ? `The cio_id of ${from} is not known, so its email cannot be changed.`
      : `The cio_id of ${person} is not known, and without it Customer.io takes another email only where the workspace allows updates of the email by ID.`,
  };
}

/** By the id where there is one: the email that Stagepost has sent last may have been refused. */
async function cioIdOf(
  reads: ProfileReads,
  name: { id: string } | { email: string },
): Promise<string | null> {
  if ('email' in name) {
    const found = (await profilesOf(reads, name.email)) ?? [];
    return found.length === 1 ? found[0]!.cioId : null;
  }
  const people = await read(reads, (app) => app.attributesOfMany([name.id]));
  return people?.find(({ id }) => id === name.id)?.cioId ?? null;
}

async function exists(reads: ProfileReads, person: string): Promise<boolean | null> {
  const found = await read(reads, async (app) => {
    if (person.includes('@')) return (await app.customersByEmail(person)).length > 0;
    return (await app.attributes('id', person)) !== null;
  });
  return found ?? null;
}

function profilesOf(reads: ProfileReads, email: string) {
  return read(reads, (app) => app.customersByEmail(email));
}

/**
 * Undefined without an App key, and where the App API refuses: a wrong App key must stop no delivery.
 * @throws DeliveryError `retryable` where it does not answer now, for about a day: without what it knows an email would stay
 * the former one for good
 */
async function read<Found>(
  { connection: { app }, attempts }: ProfileReads,
  ask: (app: NonNullable<Connection['app']>) => Promise<Found>,
): Promise<Found | undefined> {
  if (!app) return undefined;
  try {
    return await ask(app);
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    if (!mayAnswerLater(error) || attempts >= PATIENT_ATTEMPTS) return undefined;
    throw asRetryable(error);
  }
}
