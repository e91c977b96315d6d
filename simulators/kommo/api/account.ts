import type { Account } from '../account.ts';
import { hal, type Reply } from '../hal.ts';
import { offsetOf } from '../zones.ts';
import type { Call, Routes } from './call.ts';
import { link } from './page.ts';

const taskTypes = [
  { id: 1, name: 'Follow-up', color: null, icon_id: null, code: 'FOLLOW_UP' },
  { id: 2, name: 'Meeting', color: null, icon_id: null, code: 'MEETING' },
];

/** What `with` can ask for; made only when asked, since a health check asks for nothing. */
const parts: Record<string, (account: Account) => unknown> = {
  datetime_settings: ({ settings }) => ({
    date_pattern: 'd.m.Y H:i',
    short_date_pattern: 'd.m.Y',
    time_format: 'H:i',
    timezone: settings.account.timezone,
    timezone_offset: offsetOf(settings.account, settings.now()),
  }),
  task_types: () => taskTypes,
  users_groups: () => [{ id: 0, name: 'Sales department', uuid: null }],
  amojo_rights: () => ({ can_direct: true, can_create_groups: true }),
  is_api_filter_enabled: ({ settings }) => !settings.switches.ignoreFilters,
  drive_url: ({ settings }) => `https://drive.${settings.account.webHost}`,
  version: () => 15,
};

const asked = ({ account, query }: Call): [name: string, value: unknown][] =>
  [...query.with()].flatMap((name) => {
    const part = parts[name];
    return part ? [[name, part(account)] as [string, unknown]] : [];
  });

/** Scalars of `with` stand at the root, lists and objects below `_embedded`. */
function showAccount(call: Call): Reply {
  const { settings } = call.account;
  const { id, name, subdomain, country } = settings.account;
  const extra = asked(call);
  const isScalar = ([, value]: [string, unknown]) => typeof value !== 'object';
  const nested = Object.fromEntries(extra.filter((entry) => !isScalar(entry)));
  return hal({
    id,
    name,
    subdomain,
    created_at: 1_609_459_200,
    created_by: 0,
    updated_at: 1_609_459_200,
    updated_by: 0,
    current_user_id: call.user.id,
    country,
    currency: 'USD',
    currency_symbol: '$',
    customers_mode: 'unavailable',
    is_unsorted_on: call.account.pipelines.some(({ stages }) => stages.some((stage) => stage.type === 1)),
    is_loss_reason_enabled: true,
    is_helpbot_enabled: false,
    is_technical_account: false,
    contact_name_display_order: 1,
    mobile_feature_version: 0,
    ...Object.fromEntries(extra.filter(isScalar)),
    ...link(`${call.base}/api/v4/account`),
    ...(Object.keys(nested).length > 0 ? { _embedded: nested } : {}),
  });
}

export const accountRoutes: Routes = { 'GET /account': showAccount };
