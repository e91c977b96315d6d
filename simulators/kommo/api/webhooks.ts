import { hal, nothing, problem, type Reply } from '../hal.ts';
import { isObject } from '../validation.ts';
import { hookSettings, type Webhook, type Webhooks } from '../webhooks/index.ts';
import { type Api, type Call, selfLink } from './call.ts';

/** Most webhooks of an account (Kommo docs). */
const most = 100;

export function listHooks(api: Api, call: Call, webhooks: Webhooks): Reply {
  const destination = call.query.one('filter', 'destination');
  const found = webhooks
    .hooks()
    .filter((hook) => destination === undefined || hook.destination === destination);
  if (found.length === 0) return nothing;
  const links = selfLink(api, '/webhooks');
  return hal({ _total_items: found.length, ...links, _embedded: { webhooks: found } });
}

function isAddress(text: unknown): text is string {
  return typeof text === 'string' && URL.canParse(text) && /^https?:/.test(text);
}

/** The subscription stands at the root of the answer (Kommo docs). */
export function addHook(api: Api, call: Call, webhooks: Webhooks): Reply {
  const { body } = call;
  if (!isObject(body)) return problem(400, 'Request data can not be empty');
  const { destination, settings, sort } = body;
  if (!isAddress(destination)) return problem(400, 'Destination is not a valid URL');
  if (!Array.isArray(settings) || settings.length === 0) return problem(400, 'Settings can not be empty');
  const unknown = settings.find((name) => !hookSettings.includes(name));
  if (unknown !== undefined) return problem(400, `Unknown webhook setting ${String(unknown)}`);
  const known = webhooks.hooks();
  if (known.length >= most && !known.some((hook) => hook.destination === destination))
    return problem(422, 'Webhooks limit exceeded');
  const added: Webhook = webhooks.addHook({
    destination,
    settings,
    ...(Number.isInteger(sort) ? { sort: sort as number } : {}),
    created_by: api.account.tokenUser.id,
  });
  return hal(added);
}

export function removeHook(call: Call, webhooks: Webhooks): Reply {
  const destination = isObject(call.body) ? call.body.destination : undefined;
  if (typeof destination !== 'string') return problem(400, 'Request data can not be empty');
  return webhooks.removeHook(destination) ? nothing : problem(404, 'Webhook not found');
}
