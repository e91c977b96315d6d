import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Change, FieldDefinition } from '../model.ts';
import { accountBody, itemsOf, pipelineBody, pipelineHookItem } from './format.ts';
import { contact, field, lead, value } from './testing/entities.ts';

const samples = new URL('../../../test/samples/kommo/', import.meta.url);
const text = (name: string) => readFileSync(new URL(`${name}.txt`, samples), 'utf8').trim();
const json = (name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, samples), 'utf8'));

interface Built {
  accountId: number;
  fields?: FieldDefinition[];
  setting: string;
}

function items(change: Change, { accountId, fields = [], setting }: Built) {
  const account = { id: accountId, subdomain: 'acme', webHost: 'acme.amocrm.ru' };
  const options = { account, fieldDefinitions: fields, contactOldResponsible: 'always' as const };
  return { account, items: itemsOf(change, options).filter((item) => item.setting === setting) };
}

function body(change: Change, built: Built, block: 'first' | 'last' = 'first') {
  const { account, items: wanted } = items(change, built);
  return accountBody(wanted, account, block);
}

const by = 10000698;
const at = 1748268669;

describe('bodies are the captured ones, byte for byte', () => {
  it('lead_add', () => {
    const change: Change = { kind: 'lead_added', lead: lead(), by, at };
    expect(body(change, { accountId: 32427762, setting: 'add_lead' })).toBe(text('lead_add'));
  });

  it('lead_update', () => {
    const changed = lead({
      price: 9919,
      updated_at: 1748268812,
      custom: [value(752009, '1'), value(752011, '2')],
    });
    const fields = [field(752009, 'Поле1', 'text'), field(752011, 'Поле2', 'text')];
    const change: Change = { kind: 'lead_updated', lead: changed, by, at };
    expect(body(change, { accountId: 32427762, fields, setting: 'update_lead' })).toBe(text('lead_update'));
  });

  it('lead_update_own_write: the author is 0', () => {
    const own = lead({
      id: 30052055,
      name: 'Test deal',
      status_id: 17944873,
      pipeline_id: 936736,
      price: 0,
      responsible_user_id: 2852878,
      created_by: 2852878,
      created_at: 1744532875,
      updated_at: 1744532876,
      custom: [value(957901, '30052055')],
    });
    const change: Change = { kind: 'lead_updated', lead: own, by: 0, at };
    const fields = [field(957901, 'test_id', 'text')];
    expect(body(change, { accountId: 16700680, fields, setting: 'update_lead' })).toBe(
      text('lead_update_own_write'),
    );
  });

  it('lead_delete', () => {
    const gone = lead({ id: 30052055, status_id: 17944873, pipeline_id: 936736 });
    const change: Change = { kind: 'lead_deleted', lead: gone, by, at };
    expect(body(change, { accountId: 16700680, setting: 'delete_lead' })).toBe(text('lead_delete'));
  });

  it('lead_status, with the account block of 2021 at the end', () => {
    const moved = lead({
      id: 30267969,
      name: 'apple tv 3',
      status_id: 16525558,
      price: 1,
      responsible_user_id: 1764433,
      updated_at: 1615985846,
      created_by: 1764433,
      created_at: 1615894221,
      pipeline_id: 788512,
      tags: [{ id: 482205, name: 'Sasa' }],
      custom: [
        value(491053, '1'),
        value(481305, 1615845600),
        value(496779, 'Zghirieturi minore', 959761),
        value(481313, 'Lead nou', 932119),
        value(481307, 'Google', 932073),
      ],
    });
    const fields = [
      field(491053, 'IMEI/SERIE', 'text'),
      field(481305, 'Cind trebuie?', 'date'),
      field(496779, 'Stare Device', 'select'),
      field(481313, 'Tip Lead', 'select'),
      field(481307, 'Unde au aflat?', 'select'),
    ];
    const from = { pipeline_id: 788512, status_id: 16525555 };
    const change: Change = { kind: 'lead_moved', lead: moved, from, by: 1760815, at };
    expect(body(change, { accountId: 16503244, fields, setting: 'status_lead' }, 'last')).toBe(
      text('lead_status'),
    );
  });

  it('lead_status_digital_pipeline', () => {
    const moved = lead({ id: 10754147, status_id: 54423922, pipeline_id: 6344290 });
    const from = { pipeline_id: 6344290, status_id: 54435014 };
    const item = pipelineHookItem({ kind: 'lead_moved', lead: moved, from, by, at });
    expect(pipelineBody(item!, { id: 30307558, subdomain: 'acme' })).toBe(
      text('lead_status_digital_pipeline'),
    );
  });

  it('contact_update', () => {
    const of = { entity_type: 'contacts' } as const;
    const fields = [
      field(735647, 'Должность', 'text', { ...of, code: 'POSITION' }),
      field(735649, 'Телефон', 'multitext', { ...of, code: 'PHONE' }),
      field(735651, 'Email', 'multitext', { ...of, code: 'EMAIL' }),
    ];
    const custom = [value(735647, '555'), value(735649, '333', 718321), value(735651, '444', 718333)];
    const change: Change = { kind: 'contact_updated', contact: contact({ custom }), by, at };
    expect(body(change, { accountId: 32427762, fields, setting: 'update_contact' })).toBe(
      text('contact_update'),
    );
  });
});

describe('items of the docs', () => {
  /** Kommo's docs show bodies already parsed, where everything is a string. */
  const strings = (item: unknown): unknown =>
    JSON.parse(JSON.stringify(item), (_key, inner) => (typeof inner === 'number' ? String(inner) : inner));

  it('contact add: birthday as dd.mm.yyyy, radiobutton as one object, no old responsible', () => {
    const of = { entity_type: 'contacts' } as const;
    const fields = [
      field(771906, 'Phone', 'multitext', { ...of, code: 'PHONE' }),
      field(771908, 'Email', 'multitext', { ...of, code: 'EMAIL' }),
      field(782386, 'Birthday', 'birthday', of),
      field(791668, 'Bio', 'textarea', of),
      field(791730, 'Any radiobutton', 'radiobutton', of),
    ];
    const docs = json('contact_add_docs').contacts.add[0];
    const added = contact({
      id: 17611273,
      name: 'Contact Name',
      responsible_user_id: 11087123,
      created_by: 11087123,
      created_at: 1726573127,
      updated_at: 1726573127,
      custom: [
        value(771906, '1234567890', 552476),
        value(771908, docs.custom_fields[1].values[0].value, 552488),
        value(782386, Date.UTC(1980, 0, 12) / 1000),
        value(791668, 'Text'),
        value(791730, '2', 566642),
      ],
    });
    const change: Change = { kind: 'contact_added', contact: added, by: 11087123, at };
    const { items: built } = items(change, { accountId: 32720107, fields, setting: 'add_contact' });
    const shown = strings(built[0]!.item) as Record<string, unknown>;
    for (const custom of shown.custom_fields as Record<string, unknown>[])
      if (custom.code === null) delete custom.code;
    for (const empty of ['company_name', 'linked_company_id', 'tags', 'linked_leads_id']) delete shown[empty];
    expect(shown).toEqual(docs);
  });

  it('a move carries old_status_id in the update, too, and a checkbox is 1', () => {
    const fields = [field(1246487, 'Toggle switch', 'checkbox')];
    const moved = lead({ custom: [value(1246487, true)] });
    const from = { pipeline_id: 1, status_id: 67548607 };
    const built = { accountId: 1, fields, setting: 'update_lead' };
    const form = new URLSearchParams(body({ kind: 'lead_moved', lead: moved, from, by, at }, built));
    expect(form.get('leads[update][0][old_status_id]')).toBe('67548607');
    expect(form.get('leads[update][0][custom_fields][0][values][0][value]')).toBe('1');
    expect(form.has('leads[update][0][old_pipeline_id]')).toBe(false);
  });
});

describe('notes and tasks', () => {
  it('a note sits one level deeper, with the wall clock of UTC+3', () => {
    const note = {
      id: 5,
      entity_id: 7,
      entity_type: 'companies' as const,
      note_type: 'common',
      params: { text: 'Opened & read' },
      created_by: 0,
      updated_by: 0,
      responsible_user_id: 1,
      created_at: 1748268669,
      updated_at: 1748268669,
    };
    const built = { accountId: 1, setting: 'note_company' };
    const form = new URLSearchParams(body({ kind: 'note_added', note, by: 0, at }, built));
    const inner = (key: string) => form.get(`contacts[note][0][note][${key}]`);
    expect([inner('text'), inner('note_type'), inner('element_type')]).toEqual(['Opened & read', '4', '3']);
    expect(inner('date_create')).toBe('2025-05-26 17:11:09');
    expect(form.get('contacts[note][0][type]')).toBe('company');
  });

  it('a finished task has its result and UTC times', () => {
    const task = {
      id: 3,
      text: 'Call',
      complete_till: 1748268669,
      entity_id: 7,
      entity_type: 'leads' as const,
      task_type_id: 1,
      responsible_user_id: 1,
      is_completed: true,
      duration: 0,
      result: { text: 'Done' },
      created_by: 1,
      updated_by: 1,
      created_at: 1748268000,
      updated_at: 1748268669,
    };
    const built = { accountId: 1, setting: 'update_task' };
    const form = new URLSearchParams(body({ kind: 'task_updated', task, by: 1, at }, built));
    const of = (key: string) => form.get(`task[update][0]${key}`);
    expect([of('[element_type]'), of('[status]'), of('[result][text]')]).toEqual(['2', '1', 'Done']);
    expect([of('[complete_till]'), of('[complete_before]')]).toEqual(['2025-05-26 14:11:09', '1748268669']);
  });
});
