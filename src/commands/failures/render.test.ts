import { describe, expect, it } from 'vitest';
import type { ConnectionHealth } from '../../health/health.ts';
import type { ServerStatus } from '../data/types.ts';
import { lossesIn, renderLanes, renderLosses, stoppedLanes } from './render.ts';

const open = { state: 'open', reason: null, until: null } as const;
const status = (part: Partial<ServerStatus['connections'][number]>): ServerStatus => ({
  connections: [
    { name: 'acme', state: 'running', lanes: { planning: open, kommo: open, customerio: open }, ...part },
  ],
  open: [{ connection: 'acme', events: 4, kommo: 6, customerio: 1 }],
});
const held = { state: 'held', reason: 'Kommo says: no', until: Date.UTC(2026, 6, 31) } as const;

describe('lanes that do not deliver', () => {
  it('are none while all are open', () => {
    expect(stoppedLanes(status({}), undefined)).toEqual([]);
  });

  it('are printed with the reason, the number of waiting actions, and the next try', () => {
    const lanes = stoppedLanes(
      status({ lanes: { planning: open, kommo: held, customerio: open } }),
      undefined,
    );
    expect(renderLanes(lanes, 200)).toContain(
      'Delivery to Kommo (acme) is paused until somebody acts. Kommo says: no. 6 actions are waiting. ' +
        'Next try 2026-07-31 00:00:00 UTC.',
    );
  });

  it('include a connection that could not start', () => {
    const lanes = stoppedLanes(
      status({ state: 'waiting', reason: 'Kommo is down.', lanes: null }),
      undefined,
    );
    expect(lanes).toMatchObject([{ lane: 'planning', reason: 'Kommo is down.', open: 4 }]);
  });

  it('are only those of the selected connection', () => {
    const state = status({ lanes: { planning: open, kommo: held, customerio: open } });
    expect(stoppedLanes(state, 'other')).toEqual([]);
  });
});

it('stage changes that are too old to be read are printed with what to do', () => {
  const item = (code: string) => ({ code, connection: 'acme', message: `${code}.`, todo: 'Look in Kommo.' });
  const sides = [{ items: [item('kommo_failing'), item('kommo_log_unread')] }];
  const losses = lossesIn([{ connection: 'acme', sides } as unknown as ConnectionHealth]);
  expect(renderLosses(losses, 200)).toContain('! acme: kommo_log_unread. Look in Kommo.');
  expect(renderLosses(losses, 200)).not.toContain('kommo_failing');
});
