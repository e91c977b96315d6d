import { expect, test } from 'vitest';
import { createAccount } from './account.ts';
import { addLead, editLead } from './edits.ts';
import { createEventsLog } from './events-log.ts';
import { withDefaults } from './settings.ts';

const user = 8_375_358;

function editedLead(edit: Parameters<typeof editLead>[2]) {
  const account = createAccount(withDefaults({ now: () => 1_700_000_000_000 }), () => {});
  const lead = addLead(account, { pipeline_id: 9_621_010, status_id: 12_345_677 }, user);
  editLead(account, lead, edit, user);
  return account.events.all.slice(1);
}

test('a move is logged with both stages in the shape of the docs', () => {
  expect(editedLead({ status_id: 12_345_678 })).toMatchObject([
    {
      type: 'lead_status_changed',
      entity_type: 'lead' as const,
      created_by: user,
      created_at: 1_700_000_000,
      value_before: [{ lead_status: { id: 12_345_677, pipeline_id: 9_621_010 } }],
      value_after: [{ lead_status: { id: 12_345_678, pipeline_id: 9_621_010 } }],
    },
  ]);
});

test('a custom field is logged under its own type', () => {
  const [event] = editedLead({
    custom: [{ field_id: 700_100, values: [{ value: 'Pro', enum_id: 900_102 }] }],
  });
  expect(event?.type).toBe('custom_field_700100_value_changed');
  expect(event?.value_before).toEqual([]);
  expect(event?.value_after).toMatchObject([{ custom_field_value: { enum_id: 900_102, text: 'Pro' } }]);
});

test('price and name are each logged', () => {
  const types = editedLead({ price: 5, name: 'New' }).map((event) => event.type);
  expect(types).toEqual(['sale_field_changed', 'name_field_changed']);
});

test('ids are 26 characters, differ within a millisecond and sort by time', () => {
  let now = 1_700_000_000_000;
  const log = createEventsLog(
    () => now,
    () => 0,
  );
  const event = {
    type: 'lead_added',
    entity_id: 1,
    entity_type: 'lead' as const,
    created_by: 0,
    created_at: 1,
    value_after: [],
    value_before: [],
  };
  log.add(event);
  log.add(event);
  now += 1;
  log.add(event);
  const ids = log.all.map(({ id }) => id);
  expect(ids.every((id) => /^[0-9a-z]{26}$/.test(id))).toBe(true);
  expect(new Set(ids).size).toBe(3);
  expect([...ids].sort()).toEqual(ids);
});

test('a late event becomes visible later than it was written', () => {
  const log = createEventsLog(
    () => 1000,
    () => 250,
  );
  log.add({
    type: 'lead_added',
    entity_id: 1,
    entity_type: 'lead' as const,
    created_by: 0,
    created_at: 1,
    value_after: [],
    value_before: [],
  });
  expect(log.all[0]?.visibleAt).toBe(1250);
});
