import { describe, expect, it } from 'vitest';
import type { ServerStatus } from '../server/store-remote.ts';
import { renderLanes, stoppedLanes } from './text.ts';

const open = { state: 'open', reason: null, until: null } as const;
const status = (part: Partial<ServerStatus['connections'][number]>): ServerStatus => ({
  connections: [
    { name: 'acme', state: 'running', lanes: { planning: open, kommo: open, customerio: open }, ...part },
  ],
  open: [{ connection: 'acme', events: 4, kommo: 6, customerio: 1 }],
});
const held = { state: 'held', reason: 'Kommo says: no', until: Date.UTC(2026, 6, 31) } as const;

describe('the lanes that do not deliver', () => {
  it('are none where all are open', () => {
    expect(stoppedLanes(status({}), undefined)).toEqual([]);
  });

  it('are named with the reason, what waits, and the next try', () => {
    const lanes = stoppedLanes(
      status({ lanes: { planning: open, kommo: held, customerio: open } }),
      undefined,
    );
    expect(renderLanes(lanes, 200)).toContain(
      'The lane to Kommo (acme) is held: somebody must act. Kommo says: no. 6 actions wait behind it. ' +
        'Next try 2026-07-31 00:00:00 UTC.',
    );
  });

  it('include a connection that could not begin', () => {
    const lanes = stoppedLanes(
      status({ state: 'waiting', reason: 'Kommo is down.', lanes: null }),
      undefined,
    );
    expect(lanes).toMatchObject([{ lane: 'planning', reason: 'Kommo is down.', open: 4 }]);
  });

  it('are those of one connection where only one was asked for', () => {
    const state = status({ lanes: { planning: open, kommo: held, customerio: open } });
    expect(stoppedLanes(state, 'other')).toEqual([]);
  });
});
