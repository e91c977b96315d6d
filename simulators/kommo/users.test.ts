import { expect, test } from 'vitest';
import { errorsOf, start } from './testing/start.ts';

const boris = 8_375_358;
const task = [{ text: 'Call', complete_till: 1_700_000_000, responsible_user_id: boris }];

test('a deactivated user is listed as such', async () => {
  await using tried = await start();
  tried.kommo.deactivateUser(boris);
  const { body } = await tried.get(`/users/${boris}`);
  expect(body.rights.is_active).toBe(false);
});

test('a deactivated user gets no task, until active again', async () => {
  await using tried = await start();
  tried.kommo.deactivateUser(boris);
  const refused = await tried.send('POST', '/tasks', task);
  expect([refused.status, errorsOf(refused)]).toEqual([400, ['0 responsible_user_id NotSupportedChoice']]);
  tried.kommo.activateUser(boris);
  expect((await tried.send('POST', '/tasks', task)).status).toBe(200);
});

test('with inactiveUsers accept the task is written all the same', async () => {
  await using tried = await start({ switches: { inactiveUsers: 'accept' } });
  tried.kommo.deactivateUser(boris);
  expect((await tried.send('POST', '/tasks', task)).status).toBe(200);
});
