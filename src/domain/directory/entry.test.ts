import { expect, it } from 'vitest';
import { entryOf } from './entry.ts';

it('keeps every address of a contact once, in its normal form', () => {
  const emails = ['Ann <ANN@acme.example>', 'ann@acme.example, sales@acme.example', 'none'];
  expect(entryOf({ id: 1, emails, dealIds: [] }).addresses).toEqual([
    'ann@acme.example',
    'sales@acme.example',
  ]);
});

it('keeps the newest deals of a contact that has many', () => {
  const dealIds = Array.from({ length: 100 }, (_, index) => index + 1);
  const kept = entryOf({ id: 1, emails: [], dealIds }).dealIds;
  expect(kept).toHaveLength(20);
  expect(kept[0]).toBe(100);
});
