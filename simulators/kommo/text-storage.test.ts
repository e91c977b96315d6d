import { expect, test } from 'vitest';
import { start } from './testing/start.ts';
import { storedText } from './text-storage.ts';

test.each([
  ['whole', 'Opened  (🎉\nWelcome)', 'Opened  (🎉\nWelcome)'],
  ['cut_at_4_bytes', 'Client opened email (🎉 Welcome)', 'Client opened email ('],
  ['cut_at_4_bytes', 'Grüße, 你好 €', 'Grüße, 你好 €'],
  ['reflowed', ' Two  words \n and a line ', 'Two words\r\nand a line'],
] as const)('%s stores %j as %j', (storage, text, stored) => {
  expect(storedText(text, storage)).toBe(stored);
});

test('notes and tasks are stored so', async () => {
  await using tried = await start({ switches: { textStorage: 'cut_at_4_bytes' } });
  const deal = tried.kommo.createDeal({});
  await tried.send('POST', `/leads/${deal.id}/notes`, [{ note_type: 'common', params: { text: 'a🎉b' } }]);
  await tried.send('POST', '/tasks', [{ text: 'c🎉d', complete_till: 1_700_000_000 }]);
  expect([tried.kommo.notes()[0]?.text, tried.kommo.tasks()[0]?.text]).toEqual(['a', 'c']);
});
