import type { CustomerioSimulator } from '../../../simulators/customerio/index.ts';
import type { KommoSimulator } from '../../../simulators/kommo/index.ts';

/** What both simulators have received and sent, as lines for the terminal. */
export function renderSummary(kommo: KommoSimulator, customerio: CustomerioSimulator): string {
  const count = (entries: readonly { method: string }[], methods: string[]) =>
    entries.filter((entry) => methods.includes(entry.method)).length;
  const calls = kommo.requests.all();
  const writes = count(calls, ['POST', 'PATCH']);
  const emails = customerio.messages().filter(({ state }) => state === 'sent').length;
  return [
    'In numbers:',
    `  webhooks from Kommo         ${kommo.hookDeliveries().length}`,
    `  reports from Customer.io    ${customerio.reportDeliveries.length}`,
    `  calls to Kommo              ${calls.length} (${writes} writes), at most ${kommo.requests.maxInRollingSecond()} in a second (7 are allowed)`,
    `  calls to Customer.io        ${count(customerio.requests, ['PUT', 'POST'])}`,
    `  events accepted             ${customerio.events().length}`,
    `  emails sent                 ${emails}`,
    `  notes, tasks on deals       ${kommo.notes().length}, ${kommo.tasks().length}`,
  ].join('\n');
}
