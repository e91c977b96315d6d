import { isObject } from '../checks.ts';
import { hal, nothing, problem, type Reply } from '../hal.ts';
import { hookSettings } from '../webhooks/index.ts';
import { type Call, json, type Routes } from './call.ts';
import { link } from './page.ts';

/** Most webhooks of an account (Kommo docs). */
const most = 100;

/** Kommo docs: subscriptions are for administrators, and for accounts whose plan has webhooks. */
const forAdmins =
  (answer: (call: Call) => Reply) =>
  (call: Call): Reply => {
    const { planWebhooks } = call.account.settings.switches;
    if (planWebhooks === 'payment_required') return problem(402, 'Payment required');
    const isAllowed = call.user.is_admin && planWebhooks === 'included';
    return isAllowed ? answer(call) : problem(403, "Client doesn't have the required scope");
  };

const list = forAdmins((call) => {
  const destination = call.query.one('filter', 'destination');
  const webhooks = call.webhooks
    .hooks()
    .filter((hook) => destination === undefined || hook.destination === destination);
  if (webhooks.length === 0) return nothing;
  return hal({ _total_items: webhooks.length, ...link(`${call.base}${call.path}`), _embedded: { webhooks } });
});

const isAddress = (text: unknown): text is string =>
  typeof text === 'string' && URL.canParse(text) && /^https?:/.test(text);

/** The subscription is the root of the answer (Kommo docs). */
const add = forAdmins((call) => {
  const body = json(call.text);
  if (!isObject(body)) return problem(400, 'Request data can not be empty');
  const { destination, settings, sort } = body;
  if (!isAddress(destination)) return problem(400, 'Destination is not a valid URL');
  if (!Array.isArray(settings) || settings.length === 0) return problem(400, 'Settings can not be empty');
  const unknown = settings.find((name) => !hookSettings.includes(name));
  if (unknown !== undefined) return problem(400, `Unknown webhook setting ${String(unknown)}`);
  const known = call.webhooks.hooks();
  if (known.length >= most && !known.some((hook) => hook.destination === destination))
    return problem(422, 'Webhooks limit exceeded');
  const order = Number.isInteger(sort) ? { sort: sort as number } : {};
  return hal(call.webhooks.addHook({ destination, settings, ...order, created_by: call.user.id }));
});

const remove = forAdmins((call) => {
  const body = json(call.text);
  const destination = isObject(body) ? body.destination : undefined;
  if (typeof destination !== 'string') return problem(400, 'Request data can not be empty');
  return call.webhooks.removeHook(destination) ? nothing : problem(404, 'Webhook not found');
});

export const webhookRoutes: Routes = {
  'GET /webhooks': list,
  'POST /webhooks': add,
  'DELETE /webhooks': remove,
};
