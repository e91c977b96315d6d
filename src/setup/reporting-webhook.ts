import type { SetupAnswers } from './answers.ts';
import type { CustomerioStep } from './schemas.ts';

/** The reports as the page of a reporting webhook in Customer.io groups and names them. */
const LABELS: Record<string, string> = {
  customer_subscribed: 'Customer: Subscribed',
  customer_unsubscribed: 'Customer: Unsubscribed',
  customer_subscription_preferences_changed: 'Customer: Subscription preferences changed',
};

/** `email_opened` is "Email: Opened". */
function labelOf(event: string): string {
  const [channel = '', ...rest] = event.split('_');
  const words = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);
  return LABELS[event] ?? `${words(channel)}: ${words(rest.join(' '))}`;
}

const PREFERENCES = 'customer_subscription_preferences_changed';

export interface ReportingOptions {
  /** The name of the connection. */
  name: string;
  answers: Pick<SetupAnswers, 'customerio' | 'rules'>;
  publicUrl: string | null;
  workspaceUrl: string | null;
}

/** The reporting webhook that the rules need: what Stagepost makes of it, or a person with these values. */
export function wantedReporting(options: ReportingOptions): CustomerioStep['reporting'] {
  const { name, answers, publicUrl, workspaceUrl } = options;
  const events = (answers.rules.check?.reports ?? []).map((event) => ({
    name: event,
    label: labelOf(event),
  }));
  const wanted = {
    way: answers.customerio.hasAppKey ? ('api' as const) : ('by_hand' as const),
    name: `Stagepost ${name}`,
    endpoint: publicUrl && `${publicUrl}/webhooks/customerio/${name}`,
    events,
    fullResolution: true,
    // With an App API key Stagepost reads back which topics a client has switched.
    bodyContent: !answers.customerio.hasAppKey && events.some((event) => event.name === PREFERENCES),
    isPrepared: answers.customerio.isReportingPrepared,
    url: workspaceUrl,
  };
  return { ...wanted, clicks: wanted.way === 'api' ? clicksToKey(wanted) : clicksToMake(wanted) };
}

const LIST = 'In Customer.io open Data & Integrations > Integrations, and choose Reporting Webhooks.';

function clicksToKey({
  name,
  isPrepared,
}: Pick<CustomerioStep['reporting'], 'name' | 'isPrepared'>): string[] {
  return [
    LIST,
    isPrepared
      ? `Open ${name}, which Stagepost has made and which is switched off.`
      : 'Open any webhook there.',
    'Copy the signing key of this page into the field below.',
  ];
}

function clicksToMake(wanted: Omit<CustomerioStep['reporting'], 'clicks'>): string[] {
  const events = wanted.events.map(({ label }) => label).join(', ');
  return [
    LIST,
    `Click Add Reporting Webhook and name it ${wanted.name}.`,
    `As the endpoint paste ${wanted.endpoint ?? 'the address of this Stagepost, which needs a public address first (--public-url)'}.`,
    events === '' ? 'Choose the events after the step about rules.' : `Tick these events: ${events}.`,
    'Set Send Frequency to every time.',
    wanted.bodyContent ? 'Switch Body Content on.' : 'Leave Body Content off.',
    'Save it and copy the signing key of this page into the field below.',
  ];
}
