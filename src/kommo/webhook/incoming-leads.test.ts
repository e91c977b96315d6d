import { describe, expect, it, test } from 'vitest';
import { readWebhook } from './read-webhook.ts';

const FORM = 'application/x-www-form-urlencoded';

function readForm(action: string, ...fields: string[]) {
  const body = ['[uid]=4a1f', '[category]=forms', '[pipeline_id]=9621010', ...fields];
  return readWebhook(Buffer.from(body.map((field) => `unsorted[${action}][0]${field}`).join('&')), FORM);
}

const accepted = (dealId: number) => ({
  kind: 'incoming_lead',
  action: 'accepted',
  dealId,
  pipelineId: 9621010,
  at: null,
});
const added = { kind: 'incoming_lead', action: 'added', dealId: 7001, pipelineId: 9621010, at: 1796000000 };

describe('an incoming lead is accepted', () => {
  it.each([
    [
      'in the list of its leads',
      ['[action]=accept', '[accept_result][leads][0]=7001', '[accept_result][contacts][0]=501'],
    ],
    ['as a single value', ['[action]=accept', '[accept_result][leads]=7001']],
    ['as the whole result', ['[action]=accept', '[accept_result]=7001']],
    ['as objects', ['[action]=accept', '[accept_result][leads][0][id]=7001']],
    ['as a list without a name', ['[action]=accept', '[accept_result][]=7001']],
    ['in lead_id, with an empty result', ['[action]=accept', '[accept_result]=', '[lead_id]=7001']],
    [
      'in data, with a result about contacts only',
      ['[action]=accept', '[accept_result][contacts][0]=501', '[data][leads][0]=7001'],
    ],
    ['in data as objects', ['[action]=accept', '[data][leads][0][id]=7001']],
    ['without an action', ['[accept_result][leads][0]=7001', '[decline_result][leads]=']],
    ['in other words', ['[action]=Accepted', '[accept_result][leads][0]=7001']],
  ])('with its deal %s', (_, fields) => {
    expect(readForm('delete', ...fields)).toMatchObject({ reports: [accepted(7001)], ignored: [] });
  });

  it('with several deals, each once', () => {
    const leads = [
      '[accept_result][leads][0]=7001',
      '[accept_result][leads][1]=7002',
      '[accept_result][leads][2]=7001',
    ];
    expect(readForm('delete', '[action]=accept', ...leads).reports).toEqual([accepted(7001), accepted(7002)]);
    const list = ['[accept_result][leads]=7001, 7002'];
    expect(readForm('delete', '[action]=accept', ...list).reports).toEqual([accepted(7001), accepted(7002)]);
  });

  test('in a JSON body', () => {
    const item = {
      uid: '4a',
      action: 'accept',
      pipeline_id: 9621010,
      accept_result: { leads: [7001, { id: 7002 }] },
    };
    const body = Buffer.from(JSON.stringify({ unsorted: { delete: [item] } }));
    expect(readWebhook(body, 'application/json').reports).toEqual([accepted(7001), accepted(7002)]);
  });
});

describe('an incoming lead is added', () => {
  it.each([
    ['[lead_id]=7001'],
    ['[data][leads][0]=7001'],
    ['[data][leads]=7001'],
    ['[data][leads][0][id]=7001'],
  ])('with its deal in %s', (field) => {
    expect(readForm('add', '[created_at]=1796000000', field).reports).toEqual([added]);
  });
});

describe('nothing is entered', () => {
  it.each([
    [
      'delete',
      ['[action]=decline', '[decline_result][leads][0]=7001'],
      'An incoming lead was declined, so its deal enters no stage.',
    ],
    [
      'delete',
      ['[action]=decline', '[accept_result][leads][0]=7001'],
      'An incoming lead was declined, so its deal enters no stage.',
    ],
    [
      'delete',
      ['[lead_id]=7001'],
      'An incoming lead was taken off the list without being accepted, so its deal enters no stage.',
    ],
    [
      'delete',
      ['[action]=accept', '[accept_result][leads]='],
      'An incoming lead was accepted, but the report does not name its deal.',
    ],
    [
      'add',
      ['[data][contacts][0]=501'],
      'An incoming lead was added, but the report does not name its deal.',
    ],
  ])('by unsorted[%s] with %j', (action, fields, reason) => {
    expect(readForm(action, ...fields)).toMatchObject({
      reports: [],
      ignored: [{ what: `unsorted[${action}]`, reason }],
    });
  });
});
