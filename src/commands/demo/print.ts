import type { CustomerioSimulator } from '../../../simulators/customerio/index.ts';
import type { KommoSimulator } from '../../../simulators/kommo/index.ts';

/** Counts what went where during the demo. */
export function printCalls(kommo: KommoSimulator, customerio: CustomerioSimulator): { summary(): string } {
  const count = (entries: readonly { method: string }[], methods: string[]) =>
    entries.filter((entry) => methods.includes(entry.method)).length;
  return {
    summary() {
      const calls = kommo.requests.all();
      const writes = count(calls, ['POST', 'PATCH']);
      const mails = customerio.messages().filter((message) => message.state === 'sent').length;
      return [
        'In numbers:',
        `  webhooks from Kommo         ${kommo.hookDeliveries().length}`,
        `  reports from Customer.io    ${customerio.reportDeliveries.length}`,
        `  calls to Kommo              ${calls.length} (${writes} writes), at most ${kommo.requests.maxInRollingSecond()} in a second of 7 allowed`,
        `  calls to Customer.io        ${count(customerio.requests, ['PUT', 'POST'])}`,
        `  events accepted             ${customerio.events().length}`,
        `  emails sent                 ${mails}`,
        `  notes, tasks on deals       ${kommo.notes().length}, ${kommo.tasks().length}`,
      ].join('\n');
    },
  };
}
