const METRICS: Record<string, string> = {
  customer: 'subscribed unsubscribed subscription_preferences_changed',
  email:
    'drafted attempted sent delivered opened clicked converted bounced dropped deferred spammed failed unsubscribed undeliverable',
  in_app: 'drafted attempted sent opened clicked converted failed undeliverable',
  push: 'drafted attempted sent delivered opened clicked converted bounced dropped failed undeliverable',
  slack: 'drafted attempted sent clicked converted failed',
  sms: 'drafted attempted sent delivered clicked converted bounced dropped failed undeliverable replied',
  whatsapp:
    'drafted attempted sent delivered opened clicked converted bounced dropped failed undeliverable replied',
  webhook: 'drafted attempted sent clicked converted failed undeliverable',
};

/** The reports that a reporting webhook can be subscribed to (Customer.io App API, `events` of reporting_webhooks). */
export const REPORT_NAMES: readonly string[] = Object.entries(METRICS).flatMap(([object, metrics]) =>
  metrics.split(' ').map((metric) => `${object}_${metric}`),
);
