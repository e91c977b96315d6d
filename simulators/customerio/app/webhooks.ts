import { appError, appJson, type Call, type Reply } from '../http/replies.ts';
import { subscriptionNames } from '../reports/metrics.ts';
import type { ReportingWebhooks, WebhookFields } from '../reports/webhooks.ts';
import { parseBody } from '../track/calls.ts';
import type { JsonObject } from '../types.ts';

const names = new Set(subscriptionNames);

/**
 * `/v1/reporting_webhooks`: list, create, read, replace, delete. A PUT needs name, endpoint and events again.
 * No answer holds the signing key: a human copies it from the UI. An empty list is `null`.
 */
export function appWebhooks(webhooks: ReportingWebhooks, call: Call): Reply {
  const id = call.path[2];
  if (id === undefined) {
    if (call.method === 'GET') return list(webhooks);
    return call.method === 'POST' ? write(call.body, (fields) => webhooks.add(fields)) : notFound();
  }
  const webhook = webhooks.get(Number(id));
  if (!webhook) return notFound();
  if (call.method === 'GET') return appJson(200, webhook);
  if (call.method === 'PUT') return write(call.body, (fields) => webhooks.update(webhook.id, fields));
  if (call.method !== 'DELETE') return notFound();
  webhooks.remove(webhook.id);
  return { ...appJson(204, null), body: '' };
}

function notFound(): Reply {
  return appError(404, 'reporting webhook not found');
}

function list(webhooks: ReportingWebhooks): Reply {
  const all = webhooks.list();
  return appJson(200, { reporting_webhooks: all.length > 0 ? all : null });
}

function write(body: string, save: (fields: WebhookFields) => unknown): Reply {
  const parsed = parseBody(body);
  if ('problem' in parsed) return appError(400, parsed.problem.message);
  const read = readFields(parsed.value);
  return 'wrong' in read ? appError(400, read.wrong) : appJson(200, save(read));
}

function readFields(body: JsonObject): WebhookFields | { wrong: string } {
  const { name, endpoint, events } = body;
  if (typeof name !== 'string' || name === '') return { wrong: 'name is required' };
  if (typeof endpoint !== 'string' || !isHttpUrl(endpoint)) return { wrong: 'endpoint must be a URL' };
  if (!Array.isArray(events) || events.length === 0) return { wrong: 'events must have at least one entry' };
  const unknown = events.find((event) => typeof event !== 'string' || !names.has(event));
  if (unknown !== undefined) return { wrong: `event ${JSON.stringify(unknown)} is not supported` };
  return {
    name,
    endpoint,
    events: events.map(String),
    disabled: body.disabled === true,
    full_resolution: body.full_resolution === true,
    with_content: body.with_content === true,
  };
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
