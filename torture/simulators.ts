import { type CustomerioSimulator, startCustomerioSimulator } from '../simulators/customerio/index.ts';
import { type KommoSimulator, startKommoSimulator } from '../simulators/kommo/index.ts';
import { WEBHOOK_SECRET } from '../test/support/example-env.ts';
import type { Actual } from './compare.ts';
import { createJournal, type Journal } from './journal.ts';
import { withoutClientState } from './oracle.ts';

/** One hour of the senders' waits is a minute of the run; everything else keeps real time. */
const TIME_SCALE = 60;
const KEEP = 2_000_000;
const SAVED_AFTER_MS = 15_000;

/** What `stagepost doctor --fix` subscribes. */
const HOOKS = [
  'add_lead',
  'update_lead',
  'status_lead',
  'responsible_lead',
  'delete_lead',
  'restore_lead',
  'add_contact',
  'update_contact',
];

export interface Simulators {
  kommo: KommoSimulator;
  customerio: CustomerioSimulator;
  journal: Journal;
  actual(): Actual;
  close(): Promise<void>;
}

/** Both simulators, with all that they enforce, reporting to one address. */
export async function startSimulators(seed: number, url: string): Promise<Simulators> {
  const kommo = await startKommoSimulator({ timeScale: TIME_SCALE, logSize: KEEP, faults: { seed } });
  const customerio = await startCustomerioSimulator({
    timeScale: TIME_SCALE,
    fullResolution: true,
    keep: KEEP,
    seed,
    faults: { seed: seed + 1 },
  });
  const journal = createJournal(kommo, customerio);
  // Kommo notifies the administrators of a disabled webhook, and one of them enables it again.
  kommo.on((happening) => {
    if (happening.kind !== 'hook_disabled') return;
    const { destination } = happening.hook;
    setTimeout(() => kommo.enableHook(destination), SAVED_AFTER_MS);
  });
  kommo.addHook({ destination: `${url}/webhooks/kommo/acme/${WEBHOOK_SECRET}`, settings: HOOKS });
  customerio.addReportingWebhook({ endpoint: `${url}/webhooks/customerio/acme` });
  return {
    kommo,
    customerio,
    journal,
    actual: () => actualOf(kommo, customerio),
    close: async () => void (await Promise.all([kommo.close(), customerio.close()])),
  };
}

function actualOf(kommo: KommoSimulator, customerio: CustomerioSimulator): Actual {
  const deals = kommo.deals();
  const textOf = (contactIds: number[], text: string) =>
    withoutClientState(text, kommo.contact(contactIds[0] ?? 0)?.emails[0] ?? '');
  return {
    events: new Map(
      customerio
        .people()
        .map((person) => [
          person.email ?? '',
          person.events.map(({ name, timestamp }) => ({ name, at: timestamp })),
        ]),
    ),
    notes: new Map(
      deals.map(({ id, contactIds }) => [id, kommo.notes(id).map(({ text }) => textOf(contactIds, text))]),
    ),
    tasks: new Map(
      deals.map(({ id, contactIds }) => [id, kommo.tasks(id).map(({ text }) => textOf(contactIds, text))]),
    ),
    fields: new Map(deals.map(({ id, fields }) => [id, textOrNull(fields.email_status)])),
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
