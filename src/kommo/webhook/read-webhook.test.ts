import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readWebhook } from './read-webhook.ts';

const FORM = 'application/x-www-form-urlencoded';

function sample(name: string): Buffer {
  return readFileSync(new URL(`../../../test/samples/kommo/${name}`, import.meta.url));
}

function read(body: string, type: string | undefined = FORM) {
  return readWebhook(Buffer.from(body), type);
}

describe('samples', () => {
  test('a stage change', () => {
    expect(readWebhook(sample('lead_status.txt'), FORM).reports).toEqual([
      {
        kind: 'moved',
        dealId: 30267969,
        fromPipelineId: null,
        fromStageId: 16525555,
        pipelineId: 788512,
        stageId: 16525558,
        at: 1615985846,
        by: 1760815,
      },
    ]);
  });

  test('a stage change from the documentation, as JSON', () => {
    const reading = readWebhook(sample('lead_status_docs.json'), 'application/json');
    expect(reading.reports).toMatchObject([{ kind: 'moved', dealId: 15318175, at: 1726572758 }]);
    expect(reading.accountId).toBe(12345678);
  });

  test('an update that is a move, with a broken creation date', () => {
    expect(readWebhook(sample('lead_update_with_move_docs.json'), undefined).reports).toEqual([
      {
        kind: 'moved',
        dealId: 123456789,
        fromPipelineId: null,
        fromStageId: 67548607,
        pipelineId: 8572511,
        stageId: 67548615,
        at: 1726567767,
        by: 11087123,
      },
    ]);
  });

  test('an update without a move, and our own write that comes back', () => {
    expect(readWebhook(sample('lead_update.txt'), FORM)).toEqual({
      accountId: 32427762,
      subdomain: 'acme',
      reports: [
        {
          ...{ kind: 'deal_changed', dealId: 32966269, at: 1748268812, by: 10000698 },
          fields: [
            { id: 752009, name: 'Поле1', code: null, value: '1' },
            { id: 752011, name: 'Поле2', code: null, value: '2' },
          ],
        },
      ],
      ignored: [],
    });
    expect(readWebhook(sample('lead_update_own_write.txt'), FORM).reports).toEqual([
      {
        ...{ kind: 'deal_changed', dealId: 30052055, at: 1744532876, by: 0 },
        fields: [{ id: 957901, name: 'test_id', code: null, value: '30052055' }],
      },
    ]);
  });

  test('the short body of the Digital Pipeline has no time but both pipelines', () => {
    expect(readWebhook(sample('lead_status_digital_pipeline.txt'), FORM)).toEqual({
      accountId: 30307558,
      subdomain: 'acme',
      reports: [
        {
          kind: 'moved_without_time',
          dealId: 10754147,
          fromPipelineId: 6344290,
          fromStageId: 54435014,
          pipelineId: 6344290,
          stageId: 54423922,
        },
      ],
      ignored: [],
    });
  });

  test('a new deal, a deleted deal, a changed contact', () => {
    expect(readWebhook(sample('lead_add.txt'), FORM).reports).toEqual([
      {
        kind: 'created',
        dealId: 32966269,
        pipelineId: 9621010,
        stageId: 76789230,
        at: 1748268669,
        by: 10000698,
      },
    ]);
    expect(readWebhook(sample('lead_delete.txt'), FORM).reports).toEqual([
      { kind: 'deal_deleted', dealId: 30052055, at: null },
    ]);
    expect(readWebhook(sample('contact_update.txt'), FORM).reports).toEqual([
      { kind: 'contact_changed', contactId: 37054081, at: 1748292937, by: 10000698 },
    ]);
    expect(readWebhook(sample('contact_add_docs.json'), 'application/json; charset=utf-8').reports).toEqual([
      { kind: 'contact_changed', contactId: 17611273, at: 1726573127, by: 11087123 },
    ]);
  });
});

describe('what is a move', () => {
  const body = (action: string, rest: string) =>
    `id=5 pipeline_id=1 last_modified=1700000000 ${rest}`
      .split(' ')
      .map((field) => `leads[${action}][0][${field.replace('=', ']=')}`)
      .join('&');

  test.each([
    ['status', 'status_id=10', 'moved'],
    ['status', 'status_id=10 old_status_id=9', 'moved'],
    ['status', 'status_id=10 old_status_id=10', 'deal_changed'],
    ['status', 'status_id=142 old_status_id=142', 'moved'],
    ['status', 'status_id=10 old_status_id=10 old_pipeline_id=1', 'deal_changed'],
    ['status', 'status_id=142 old_status_id=142 old_pipeline_id=1', 'deal_changed'],
    ['status', 'status_id=142 old_status_id=142 old_pipeline_id=2', 'moved'],
    ['update', 'status_id=10', 'deal_changed'],
    ['update', 'status_id=10 old_status_id=9', 'moved'],
    ['update', 'status_id=10 old_status_id=10', 'deal_changed'],
    ['update', 'status_id=142 old_status_id=142', 'deal_changed'],
    ['update', 'status_id=142 old_status_id=142 old_pipeline_id=2', 'moved'],
    ['responsible', 'status_id=10 old_status_id=9', 'deal_changed'],
    ['restore', 'status_id=10', 'deal_restored'],
  ])('leads[%s] with %s is %s', (action, rest, kind) => {
    expect(read(body(action, rest)).reports).toMatchObject([{ kind, dealId: 5 }]);
  });

  test('takes updated_at where last_modified is broken', () => {
    const broken = 'leads[status][0][id]=5&leads[status][0][pipeline_id]=1&leads[status][0][status_id]=2';
    const times = '&leads[status][0][last_modified]=17265663a90&leads[status][0][updated_at]=1700000001';
    expect(read(broken + times).reports).toMatchObject([{ kind: 'moved', at: 1700000001 }]);
  });

  test('a Digital Pipeline add is a creation without a time', () => {
    const reading = read(
      'leads[add][0][id]=5&leads[add][0][status_id]=2&leads[add][0][pipeline_id]=1&account[id]=9',
    );
    expect(reading.reports).toEqual([{ kind: 'created', dealId: 5, pipelineId: 1, stageId: 2, at: null }]);
  });
});

describe('several in one body', () => {
  test('keys and items are all read, items in the order of their numbers', () => {
    const reading = read(
      [
        'leads[delete][10][id]=3',
        'leads[delete][9][id]=2',
        'contacts[update][0][id]=7',
        'contacts[update][0][type]=company',
        'contacts[update][1][id]=8',
        'leads[restore][0][id]=1',
      ].join('&'),
    );
    expect(reading.reports).toEqual([
      { kind: 'company_changed', companyId: 7, at: null },
      { kind: 'contact_changed', contactId: 8, at: null },
      { kind: 'deal_deleted', dealId: 2, at: null },
      { kind: 'deal_deleted', dealId: 3, at: null },
      { kind: 'deal_restored', dealId: 1, at: null },
    ]);
  });

  test('an item without an id is ignored with a reason, the others count', () => {
    const reading = read('leads[update][0][name]=x&leads[update][1][id]=4&leads[update][2]=y');
    expect(reading.reports).toEqual([{ kind: 'deal_changed', dealId: 4, at: null }]);
    expect(reading.ignored).toEqual([
      { what: 'leads[update]', reason: 'The report does not name the deal.' },
      { what: 'leads[update]', reason: 'The report has no content.' },
    ]);
  });
});

describe('what is ignored, in words', () => {
  test.each([
    ['leads[note][0][note][text]=x', 'leads[note]', 'A note was added. Stagepost does not use this.'],
    ['contacts[note][0][note][text]=x', 'contacts[note]', 'A note was added. Stagepost does not use this.'],
    ['task[update][0][id]=1', 'task[update]', 'A task was changed. Stagepost does not use this.'],
    [
      'unsorted[update][0][uid]=x',
      'unsorted[update]',
      'An incoming lead was changed. Stagepost does not use this.',
    ],
    ['message[add][0][id]=x', 'message[add]', 'A chat message was added. Stagepost does not use this.'],
    [
      'leads[site_visit][0][id]=1',
      'leads[site_visit]',
      'The client visited the website. Stagepost does not use this.',
    ],
    ['robots[add][0][id]=1', 'robots[add]', 'Stagepost does not know this kind of report.'],
    ['hello=1', 'hello', 'Stagepost does not know this part of the report.'],
    ['leads[status]=1', 'leads[status]', 'The report is empty.'],
    ['', 'body', 'The body is empty.'],
    ['account[id]=1&&&', 'body', 'The body does not say that anything happened.'],
    ['{"leads":', 'body', 'The body claims to be JSON, but is not valid JSON.'],
  ])('%s', (body, what, reason) => {
    expect(read(body)).toMatchObject({ reports: [], ignored: [{ what, reason }] });
  });
});

describe('contacts and companies', () => {
  const item = (action: string, type: string) => `contacts[${action}][0][id]=501${type}`;
  test.each([
    ['delete', '&contacts[delete][0][type]=contact', { kind: 'contact_deleted', contactId: 501, at: null }],
    ['delete', '', { kind: 'contact_deleted', contactId: 501, at: null }],
    ['delete', '&contacts[delete][0][type]=company', { kind: 'company_changed', companyId: 501, at: null }],
    [
      'restore',
      '&contacts[restore][0][updated_at]=1796000000',
      { kind: 'contact_restored', contactId: 501, at: 1796000000 },
    ],
    ['restore', '&contacts[restore][0][type]=company', { kind: 'company_changed', companyId: 501, at: null }],
  ])('contacts[%s]%s', (action, type, report) => {
    expect(read(item(action, type)).reports).toEqual([report]);
  });
});

test('what is ignored a thousand times is told once, and a thousand reasons are cut short', () => {
  const same = Array.from({ length: 1000 }, (_, i) => `leads[update][${i}][name]=x`);
  expect(read(same.join('&')).ignored).toHaveLength(1);
  const different = Array.from({ length: 1000 }, (_, i) => `part${i}=x`);
  const { ignored } = read(different.join('&'));
  expect(ignored).toHaveLength(51);
  expect(ignored.at(-1)?.reason).toBe('950 more parts are ignored too.');
});

describe('properties', () => {
  test('any bytes with any content type give a reading', () => {
    const type = fc.option(
      fc.constantFrom(FORM, 'application/json', 'text/plain', 'multipart/form-data', ''),
      {
        nil: undefined,
      },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), type, (bytes, contentType) => {
        const reading = readWebhook(Buffer.from(bytes), contentType);
        expect(reading.reports.length + reading.ignored.length).toBeGreaterThan(0);
      }),
    );
  });

  test('any JSON gives a reading', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const body = JSON.stringify({ leads: { status: value, add: [value] }, contacts: value });
        expect(readWebhook(Buffer.from(body), 'application/json').accountId).toBeNull();
      }),
    );
  });

  test('the order of fields does not matter', () => {
    const bodies = ['lead_status.txt', 'lead_update.txt', 'contact_update.txt', 'lead_delete.txt'];
    const fields = bodies.flatMap((name) => sample(name).toString().trim().split('&'));
    const account = fields.filter((field) => field.startsWith('account'));
    const others = [...fields.filter((field) => !field.startsWith('account')), ...account.slice(0, 3)];
    const expected = read(others.join('&'));
    expect(expected.reports).toHaveLength(4);
    fc.assert(
      fc.property(fc.shuffledSubarray(others, { minLength: others.length }), (shuffled) => {
        expect(read(shuffled.join('&'))).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });
});
