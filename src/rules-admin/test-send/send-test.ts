import { createHash, randomUUID } from 'node:crypto';
import { eventId, sendWrite } from '../../customerio/index.ts';
import { addressOf } from '../../domain/address.ts';
import { DeliveryError } from '../../domain/errors.ts';
import {
  addressesOfMailbox,
  isTestId,
  TEST_ATTRIBUTE,
  TEST_ID_PREFIX,
} from '../../domain/people/test-person.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import { withOptions } from '../../kommo/index.ts';
import type { Connection } from '../../pipeline/connection.ts';
import type { Db } from '../../store/database/database.ts';
import { clientsAmong, saveTestPerson } from '../../store/test-people.ts';
import { RulesError } from '../errors.ts';
import type { TestEvent } from './test-event.ts';
import type { TestSent } from './test-schemas.ts';

/** The normal form of the address that a test goes to. @throws RulesError `invalid` */
export function testAddress(text: string): string {
  const reading = addressOf(text);
  if (!reading.ok) throw new RulesError('invalid', `A test cannot go to "${text}": ${reading.reason}.`);
  if (reading.warnings.includes('several_addresses'))
    throw new RulesError('invalid', 'A test goes to one address. Enter only your own.');
  return reading.address;
}

/**
 * Makes sure that nobody else has the address: no client of Stagepost, no contact in Kommo, and no profile at Customer.io, as far
 * as the App API says.
 * @throws RulesError `conflict`; DeliveryError
 */
export async function assertFreeAddress(
  db: Db,
  { name, kommo, app, rules }: Pick<Connection, 'name' | 'kommo' | 'app' | 'rules'>,
  address: string,
  signal: AbortSignal,
): Promise<void> {
  const addresses = addressesOfMailbox(address);
  const [client] = await clientsAmong(db, name, addresses);
  if (client !== undefined) throw taken(client, 'belongs to a client of this connection');
  const reader = withOptions(kommo, { priority: 'retry', signal });
  for (const each of addresses) {
    const { contacts } = await reader.searchContacts(each);
    if (contacts.length > 0) throw taken(each, `belongs to the contact ${contacts[0]!.name} in Kommo`);
  }
  for (const { id } of (await app?.customersByEmail(address)) ?? []) {
    const isTest =
      rules.identifyBy === 'contact_id'
        ? isTestId(id)
        : String((await app!.attributes('email', address))?.[TEST_ATTRIBUTE]) === 'true';
    if (!isTest)
      throw taken(address, 'has a profile at Customer.io already, whose attributes a test would overwrite');
  }
}

function taken(address: string, why: string): RulesError {
  return new RulesError(
    'conflict',
    `${address} ${why}. Nothing was sent. Use another address that is only yours.`,
  );
}

/** Sends the event to the test person: the profile first, the event after its acceptance. @throws RulesError, DeliveryError */
export async function sendTest(
  db: Db,
  { name, track, rules }: Pick<Connection, 'name' | 'track'> & { rules: Pick<Rules, 'identifyBy'> },
  { event, attributes, data }: TestEvent,
  to: string,
  now: number,
): Promise<TestSent> {
  const person = rules.identifyBy === 'email' ? to : `${TEST_ID_PREFIX}${digestOf(to)}`;
  // Before anything is sent: a report can come at once.
  await saveTestPerson(db, name, to, now);
  const timestamp = Math.floor(now / 1000);
  const ulid = eventId(now, `test/${name}/${randomUUID()}`);
  try {
    const identify = { call: 'identify', item: { person, attributes, timestamp } } as const;
    const warnings = await sendWrite(track, identify, ulid);
    const tracked = { call: 'track', item: { person, name: event, data, timestamp } } as const;
    warnings.push(...(await sendWrite(track, tracked, ulid)));
    return { event, to, person, attributes, data, warnings };
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    const code = error.failure === 'permanent' ? 'invalid' : 'unavailable';
    throw new RulesError(code, `The test was not accepted. ${error.message}`);
  }
}

/** The same for each test to an address, so that all go to one profile. */
function digestOf(address: string): string {
  return createHash('sha256').update(address).digest('hex').slice(0, 16);
}
