const METRICS: Record<string, string> = {
  customer: '',
  email:
    'drafted attempted sent delivered opened clicked converted bounced dropped deferred spammed failed undeliverable',
  in_app: 'drafted attempted sent opened clicked converted failed undeliverable',
  push: 'drafted attempted sent delivered opened clicked converted bounced dropped failed undeliverable',
  slack: 'drafted attempted sent clicked converted failed undeliverable',
  sms: 'drafted attempted sent delivered clicked converted bounced dropped failed undeliverable replied',
  whatsapp:
    'drafted attempted sent delivered opened clicked converted bounced dropped failed undeliverable replied',
  webhook: 'drafted attempted sent clicked converted failed undeliverable',
};

/**
 * Changes of a person's settings. Customer.io reports them under the channel they came through, or
 * `customer` where it is unknown (Customer.io docs, reporting webhooks). The last one is subscribed to
 * as `customer_subscription_preferences_changed`, but its reports have this metric.
 */
const SETTINGS = ['subscribed', 'unsubscribed', 'cio_subscription_preferences_changed'];
const SETTINGS_OF = ['customer', 'email', 'in_app', 'push', 'sms', 'whatsapp'];

/**
 * The names that reports arrive under: `<object_type>_<metric>`, after the `events` of reporting webhooks
 * in Customer.io's App API.
 */
export const REPORT_NAMES: readonly string[] = Object.entries(METRICS).flatMap(([object, metrics]) =>
  [...metrics.split(' ').filter(Boolean), ...(SETTINGS_OF.includes(object) ? SETTINGS : [])].map(
    (metric) => `${object}_${metric}`,
  ),
);

/** Whether the report is only about a person's settings and never about a message. */
export function isSettingsReport(name: string): boolean {
  return name.startsWith('customer_') || SETTINGS.slice(2).some((metric) => name.endsWith(`_${metric}`));
}
