import type { AccountEvent } from '../events-log.ts';
import { within } from '../query.ts';
import type { Call } from './call.ts';

type Test = (event: AccountEvent) => boolean;

/** What is wrong with the filters, in words; null when they make sense. The bounds are from Kommo's docs. */
export function wrongFilters({ query }: Call): string | null {
  const count = (name: string): number => query.list('filter', name)?.length ?? 0;
  if (count('entity_id') > 0 && count('entity') !== 1)
    return 'Filter by entity_id needs exactly one entity type';
  if (count('entity_id') > 10) return 'Filter entity_id takes 10 values or less';
  if (count('created_by') > 10) return 'Filter created_by takes 10 values or less';
  if (count('id') > 100) return 'Filter id takes 100 values or less';
  return null;
}

type Shown = Record<string, Record<string, unknown> | undefined>;

const any = (values: unknown[], test: (value: Shown) => boolean): boolean => (values as Shown[]).some(test);

/** `filter[value_after][leads_statuses][0][pipeline_id]=1&filter[value_after][leads_statuses][0][status_id]=2` */
function stageTest({ query }: Call, side: 'value_after' | 'value_before'): Test | null {
  const path = ['filter', side, 'leads_statuses'];
  const wanted = query
    .names(...path)
    .map((n) => `${query.one(...path, n, 'pipeline_id')}/${query.one(...path, n, 'status_id')}`);
  if (wanted.length === 0) return null;
  return (event) =>
    any(
      event[side],
      ({ lead_status: stage }) => !!stage && wanted.includes(`${stage.pipeline_id}/${stage.id}`),
    );
}

function valueTests({ query }: Call, side: 'value_after' | 'value_before'): (Test | null)[] {
  const users = query.ids('filter', side, 'responsible_user_id');
  const enums = query.ids('filter', side, 'custom_field_values');
  const value = query.one('filter', side, 'value');
  const has =
    (test: (shown: Shown) => boolean): Test =>
    (event) =>
      any(event[side], test);
  return [
    users ? has((shown) => users.has(Number(shown.responsible_user?.id))) : null,
    enums ? has((shown) => enums.has(Number(shown.custom_field_value?.enum_id))) : null,
    value === undefined
      ? null
      : has((shown) =>
          Object.values(shown).some((inner) =>
            Object.values(inner ?? {}).some((one) => String(one) === value),
          ),
        ),
  ];
}

/** All filters of `GET /events` as one test. */
export function eventTest(call: Call): Test {
  const { query } = call;
  const created = query.range('filter', 'created_at');
  const types = query.list('filter', 'type');
  const entities = query.list('filter', 'entity');
  const entityIds = query.ids('filter', 'entity_id');
  const ids = query.list('filter', 'id');
  const makers = query.ids('filter', 'created_by');
  const tests = [
    stageTest(call, 'value_after'),
    stageTest(call, 'value_before'),
    ...valueTests(call, 'value_after'),
    ...valueTests(call, 'value_before'),
  ].filter((test) => test !== null);
  return (event) =>
    within(created, event.created_at) &&
    (!types || types.includes(event.type)) &&
    (!entities || entities.includes(event.entity_type)) &&
    (!entityIds || entityIds.has(event.entity_id)) &&
    (!ids || ids.includes(event.id)) &&
    (!makers || makers.has(event.created_by)) &&
    tests.every((test) => test(event));
}
