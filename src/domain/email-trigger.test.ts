import { expect, it } from 'vitest';
import { triggerEventId } from './email-trigger.ts';

const ULID = '01KB9Z00000000000000000001';

it.each([
  [ULID, ULID],
  [ULID.toLowerCase(), ULID],
  [null, null],
  [undefined, null],
  ['', null],
  [17, null],
  [`${ULID}1`, null],
  ['81KB9Z00000000000000000001', null],
  ['d9c106000001', null],
])('the trigger event id %s is read as %s', (id, read) => {
  expect(triggerEventId({ values: id === undefined ? {} : { trigger_event_id: id } })).toBe(read);
});
