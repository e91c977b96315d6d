import { expect, it } from 'vitest';
import type { Health, HealthItem, Lane } from '../../api/types.ts';
import { stoppedSides } from './stopped-sides.ts';

const lane = (state: Lane['state']): Lane => ({
  ...{ state, reason: null, until: null, waiting: 0, waitingMore: false, oldestAt: null },
  ...{ dead: 0, deadMore: false, callsLastMinute: 0, callsAllowed: 420 },
});

const lanes = (kommo: Lane['state']) => [
  { name: 'acme', lanes: { kommo: lane(kommo), customerio: lane('open') } },
];

function health(...items: Partial<HealthItem>[]): Health {
  const common = { light: 'ok' as const, since: 1, proofs: [] };
  const unpaid: HealthItem = {
    ...{ code: 'kommo_unpaid', light: 'broken', connection: 'acme', side: 'kommo', since: 1 },
    ...{ message: 'Unpaid.', todo: 'Pay.', page: 'connections' },
  };
  const side = { ...common, side: 'kommo' as const, items: items.map((item) => ({ ...unpaid, ...item })) };
  return {
    ...{ light: 'broken', at: 1, installation: { ...common, side: 'installation', items: [] } },
    connections: [{ connection: 'acme', light: 'broken', since: 1, judgedAt: 1, sides: [side] }],
  };
}

it('an account in trouble is a problem, also where its lane has nothing to deliver', () => {
  expect(stoppedSides(lanes('open'), health({}))).toMatchObject([
    { connection: 'acme', side: 'kommo', lane: null, items: [{ message: 'Unpaid.' }] },
  ]);
});

it('a lane that is on hold is one problem with what is broken', () => {
  expect(stoppedSides(lanes('held'), health({}))).toMatchObject([
    { side: 'kommo', lane: { state: 'held' }, items: [{ message: 'Unpaid.' }] },
  ]);
  expect(stoppedSides(lanes('held'), undefined)).toMatchObject([{ lane: { state: 'held' }, items: [] }]);
});

it('stage changes that are lost are a problem, although all works', () => {
  expect(stoppedSides(lanes('open'), health({ code: 'kommo_log_unread', light: 'warning' }))).toMatchObject([
    { items: [{ code: 'kommo_log_unread' }] },
  ]);
});

it('nothing is a problem where all works, or only dead letters and warnings are left', () => {
  expect(stoppedSides(lanes('open'), undefined)).toEqual([]);
  expect(stoppedSides(lanes('open'), health({ page: 'failures' }, { light: 'warning' }))).toEqual([]);
});
