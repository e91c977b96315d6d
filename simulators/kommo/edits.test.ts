import { describe, expect, test } from 'vitest';
import { createAccount } from './account.ts';
import { addContact, addLead, editContact, editLead, setLeadDeleted } from './edits.ts';
import type { Change } from './model.ts';
import { withDefaults } from './settings.ts';
import type { KommoSwitches } from './switches.ts';

const sales = 9_621_010;
const newLead = 12_345_677;
const demo = 12_345_678;
const user = 8_375_358;

function world(switches: Partial<KommoSwitches> = {}) {
  const clock = { ms: 1_700_000_000_400 };
  const changes: Change[] = [];
  const settings = withDefaults({ now: () => clock.ms, switches });
  const account = createAccount(settings, (change) => void changes.push(change));
  const lead = addLead(account, { pipeline_id: sales, status_id: newLead }, user);
  changes.length = 0;
  return { clock, changes, account, lead, kinds: () => changes.map((change) => change.kind) };
}

describe('edits of a lead', () => {
  test('a move is told once, with the stage it came from', () => {
    const { account, lead, changes, kinds } = world();
    editLead(account, lead, { status_id: demo }, user);
    expect(kinds()).toEqual(['lead_moved']);
    expect(changes[0]).toMatchObject({ from: { pipeline_id: sales, status_id: newLead }, by: user });
  });

  test('two moves within a second share updated_at', () => {
    const { account, lead, clock } = world();
    editLead(account, lead, { status_id: demo }, user);
    const first = lead.updated_at;
    clock.ms += 500;
    editLead(account, lead, { status_id: newLead }, user);
    expect([first, lead.updated_at]).toEqual([1_700_000_000, 1_700_000_000]);
  });

  test('what was told does not change with the lead', () => {
    const { account, lead, changes } = world();
    editLead(account, lead, { status_id: demo }, user);
    editLead(account, lead, { status_id: 142 }, user);
    expect(changes[0]).toMatchObject({ lead: { status_id: demo } });
  });

  test('closed_at is set in a closing stage and gone after reopening', () => {
    const { account, lead } = world();
    editLead(account, lead, { status_id: 142 }, user);
    const closed = lead.closed_at;
    editLead(account, lead, { status_id: demo }, user);
    expect([closed, lead.closed_at]).toEqual([1_700_000_000, null]);
  });

  test('a new responsible user is told beside the update', () => {
    const { account, lead, kinds } = world();
    editLead(account, lead, { responsible_user_id: user }, user);
    expect(kinds()).toEqual(['lead_updated', 'lead_responsible']);
  });

  test.each([
    [false, []],
    [true, ['lead_updated']],
  ])('with hookOnUnchanged %s an edit without a change tells %j', (hookOnUnchanged, told) => {
    const { account, lead, kinds } = world({ hookOnUnchanged });
    editLead(account, lead, { status_id: newLead }, user);
    expect(kinds()).toEqual(told);
  });

  test('deleting twice is told once', () => {
    const { account, lead, kinds } = world();
    setLeadDeleted(account, lead, true, user);
    setLeadDeleted(account, lead, true, user);
    expect(kinds()).toEqual(['lead_deleted']);
  });

  test('a lead that loses a contact is no longer found from it', () => {
    const { account, lead } = world();
    const contact = addContact(account, { name: 'Ann' }, user);
    editLead(account, lead, { contact_ids: [contact.id] }, user);
    expect([...account.leadsOf.get(contact.id)!]).toEqual([lead.id]);
    editLead(account, lead, { contact_ids: [] }, user);
    expect([...account.leadsOf.get(contact.id)!]).toEqual([]);
  });
});

test('a field that is given replaces its values, and the others stay', () => {
  const { account, lead } = world();
  const plan = { field_id: 700_100, values: [{ value: 'Pro', enum_id: 900_102 }] };
  editLead(account, lead, { custom: [plan, { field_id: 700_101, values: [{ value: 'SMB' }] }] }, user);
  editLead(account, lead, { custom: [{ field_id: 700_101, values: [] }] }, user);
  expect(lead.custom).toEqual([plan]);
});

test('a contact is renamed by its first name alone', () => {
  const { account } = world();
  const contact = addContact(account, { first_name: 'Ann', last_name: 'Lee' }, user);
  editContact(account, contact, { first_name: 'Eve' }, user);
  expect(contact.name).toBe('Eve Lee');
});
