import { type CustomerioSimulator, startCustomerioSimulator } from '../simulators/customerio/index.ts';
import { type KommoSimulator, startKommoSimulator } from '../simulators/kommo/index.ts';
import { defaultFields } from '../simulators/kommo/seed.ts';
import { WEBHOOK_SECRET } from '../test/support/example-env.ts';
import { createJournal, type Journal } from './journal.ts';
import { CONTACT_FIELD } from './texts.ts';

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
  'delete_contact',
  'restore_contact',
  'update_company',
  'add_unsorted',
  'delete_unsorted',
];

const BOX = { id: 700_210, entity: 'contacts', name: CONTACT_FIELD, type: 'checkbox' } as const;

export interface Simulators {
  kommo: KommoSimulator;
  customerio: CustomerioSimulator;
  journal: Journal;
  close(): Promise<void>;
}

/** Both simulators, with all that they enforce, reporting to one address. */
export async function startSimulators(
  seed: number,
  url: string,
  timeScale = TIME_SCALE,
): Promise<Simulators> {
  const kommo = await startKommoSimulator({
    timeScale,
    logSize: KEEP,
    fields: [...defaultFields('select'), BOX],
    faults: { seed },
  });
  const customerio = await startCustomerioSimulator({
    timeScale,
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
  // With Body Content a report says which topics were switched.
  customerio.addReportingWebhook({ endpoint: `${url}/webhooks/customerio/acme`, withContent: true });
  return {
    kommo,
    customerio,
    journal,
    close: async () => void (await Promise.all([kommo.close(), customerio.close()])),
  };
}
