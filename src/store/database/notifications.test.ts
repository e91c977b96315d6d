import { describe, expect, it } from 'vitest';
import { createNotificationListeners, type Notification, parseNotification } from './notifications.ts';

const WORK: Notification = { type: 'work_stored', connection: 'acme' };

describe('a notification', () => {
  it('is read as it was written', () => {
    const call: Notification = { type: 'rpc_call', id: 12, connection: 'acme' };
    expect(parseNotification(JSON.stringify(call))).toEqual(call);
  });

  it.each([
    'acme',
    '*rules acme',
    '{"type":"of_tomorrow","connection":"acme"}',
    '{"type":"work_stored"}',
    'null',
  ])('that this version does not know is ignored: %s', (payload) => {
    expect(parseNotification(payload)).toBeNull();
  });
});

describe('listeners', () => {
  it('hear a notification although the one before has thrown', () => {
    const errors: unknown[] = [];
    const received: Notification[] = [];
    const listeners = createNotificationListeners((error) => errors.push(error));
    const broken = new Error('broken');
    listeners.add(() => {
      throw broken;
    });
    listeners.add((notification) => received.push(notification));
    listeners.publish(WORK);
    expect(received).toEqual([WORK]);
    expect(errors).toEqual([broken]);
  });
});
