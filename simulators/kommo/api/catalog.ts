import { hal, nothing, type Reply } from '../hal.ts';
import type { FieldDefinition, Pipeline, Stage } from '../model.ts';
import type { EntityKind } from '../types.ts';
import { type Api, type Call, page, selfLink, withs } from './call.ts';

function stageView(api: Api, stage: Stage) {
  const path = `/leads/pipelines/${stage.pipeline_id}/statuses/${stage.id}`;
  return { ...stage, account_id: api.account.settings.account.id, ...selfLink(api, path) };
}

function pipelineView(api: Api, { stages, ...pipeline }: Pipeline) {
  return {
    ...pipeline,
    is_unsorted_on: stages.some((stage) => stage.type === 1),
    account_id: api.account.settings.account.id,
    ...selfLink(api, `/leads/pipelines/${pipeline.id}`),
    _embedded: { statuses: stages.map((stage) => stageView(api, stage)) },
  };
}

export function listPipelines(api: Api): Reply {
  const pipelines = api.account.pipelines.map((pipeline) => pipelineView(api, pipeline));
  const links = selfLink(api, '/leads/pipelines');
  return hal({ _total_items: pipelines.length, ...links, _embedded: { pipelines } });
}

export function onePipeline(api: Api, id: number): Reply {
  const pipeline = api.account.pipelines.find((one) => one.id === id);
  return pipeline ? hal(pipelineView(api, pipeline)) : nothing;
}

export function fieldView(api: Api, field: FieldDefinition) {
  const { is_deleted: _deleted, ...shown } = field;
  return {
    ...shown,
    account_id: api.account.settings.account.id,
    is_predefined: field.code !== null,
    is_deletable: field.code === null,
    group_id: null,
    required_statuses: [],
    hidden_statuses: [],
    ...selfLink(api, `/${field.entity_type}/custom_fields/${field.id}`),
  };
}

export function listFields(api: Api, call: Call, entity: EntityKind): Reply {
  const types = call.query.list('filter', 'type');
  const found = api.account.fields
    .filter((field) => field.entity_type === entity && !field.is_deleted)
    .filter((field) => !types || types.includes(field.type))
    .sort((one, other) => one.sort - other.sort);
  return page(api, call, 'custom_fields', found, (field) => fieldView(api, field), { totals: true });
}

export function listUsers(api: Api, call: Call): Reply {
  const all = [...api.account.users];
  const show = (user: (typeof all)[number]) => ({
    id: user.id,
    name: user.name,
    email: user.email,
    lang: 'en',
    rights: {
      is_admin: user.is_admin,
      is_free: false,
      is_active: user.is_active,
      group_id: 0,
      role_id: null,
    },
    ...selfLink(api, `/users/${user.id}`),
  });
  return page(api, call, 'users', all, show, { totals: true });
}

/** Minutes ahead of UTC as `+01:00`. */
function offsetOf(timezone: string, at: number): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: timezone, timeZoneName: 'longOffset' });
  const name = parts.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  return name === 'GMT' ? '+00:00' : name.slice(3);
}

export function showAccount(api: Api, call: Call): Reply {
  const { settings, tokenUser } = api.account;
  const { id, name, subdomain, timezone } = settings.account;
  const also = withs(call.query);
  const datetime_settings = {
    date_pattern: 'd.m.Y H:i',
    timezone,
    timezone_offset: offsetOf(timezone, settings.now()),
  };
  const task_types = [
    { id: 1, name: 'Follow-up', code: 'FOLLOW_UP' },
    { id: 2, name: 'Meeting', code: 'MEETING' },
  ];
  return hal({
    id,
    name,
    subdomain,
    created_at: 1_609_459_200,
    created_by: 0,
    updated_at: 1_609_459_200,
    updated_by: 0,
    current_user_id: tokenUser.id,
    country: 'ES',
    currency: 'EUR',
    currency_symbol: '€',
    customers_mode: 'unavailable',
    is_unsorted_on: true,
    is_loss_reason_enabled: true,
    is_helpbot_enabled: false,
    is_technical_account: false,
    contact_name_display_order: 1,
    ...selfLink(api, '/account'),
    _embedded: {
      ...(also.has('datetime_settings') ? { datetime_settings } : {}),
      ...(also.has('task_types') ? { task_types } : {}),
    },
  });
}
