import type { Selectable } from 'kysely';
import { expect, it } from 'vitest';
import type { ActionRow } from '../database/schema.ts';
import { withAction } from './traced-action.ts';

const stored = (payload: object) => withAction({ payload } as unknown as Selectable<ActionRow>);

it('has the payload of a kind that this version knows', () => {
  const note = { kind: 'note', dealId: 5, text: 'Opened' };
  expect(stored(note)).toMatchObject({ payload: note, isRemoved: false });
});

it('tells contents of another version from contents that were removed', () => {
  expect(stored({ kind: 'company_note' })).toMatchObject({ payload: null, isRemoved: false });
  expect(stored({})).toMatchObject({ payload: null, isRemoved: true });
});
