import type { CustomerioSimulator, MailMessage, Report } from '../simulators/customerio/index.ts';
import type { HookDelivery, KommoSimulator } from '../simulators/kommo/types.ts';
import { createKommoStates } from './kommo-states.ts';
import type { ManagerEdit, Observed, ObservedMail, ObservedMove, ObservedReport } from './observed.ts';

/**
 * Records what happened at the senders, and the answers that they got: which webhook was answered with 2xx, and when first.
 */
export interface Journal {
  observed(): Observed;
  /** Stagepost starts for the first time: the deals of before are none of its business. */
  begins(): void;
  /** Everything that a contact does not say itself: who took its place. */
  merged(survivorId: number, goneId: number): void;
  /** A manager sets the status field of a deal, or the checkbox of a contact. */
  managerSet(edit: Pick<ManagerEdit, 'wish'> & ({ dealId: number } | { contactId: number })): void;
  /** Somebody opts in; whatever else says so is an opt-out that was undone. */
  optedIn(): void;
  /** Opt-ins that nobody has made. */
  undoneOptOuts(): number;
  hooksAccepted(): number;
  reportsAccepted(): number;
  hooksDisabled(): number;
}

export function createJournal(kommo: KommoSimulator, customerio: CustomerioSimulator): Journal {
  const states = createKommoStates(kommo);
  const hooks = createAcceptedHooks(kommo);
  const mails = createMails(customerio);
  const accepted = new Map<string, ObservedReport>();
  const merges: { survivorId: number; goneId: number; at: number }[] = [];
  const managerEdits: Omit<ManagerEdit, 'reportedAt'>[] = [];
  let reports = 0;
  let optIns = 0;
  let earlier = 0;

  customerio.on((happening) => {
    if (happening.type !== 'report_delivered') return;
    reports += 1;
    const { report } = happening;
    if (!accepted.has(report.event_id)) accepted.set(report.event_id, reportOf(report));
  });

  return {
    observed: () => ({
      moves: movesOf(
        kommo,
        states.created.map((one, index) => (index < earlier ? { ...one, isEarlier: true } : one)),
        hooks.acceptedAt,
      ),
      dealStates: states.deals,
      contactStates: states.contacts,
      merges: merges.map((merge) => ({
        ...merge,
        // The contact may have been deleted and restored before.
        reportedAt: hooks.acceptedAt(`gone/${merge.goneId}`, merge.at),
      })),
      reports: [...accepted.values()],
      mails,
      managerEdits: managerEdits.map((edit) => ({
        ...edit,
        reportedAt: hooks.acceptedAt(keyOf(edit), edit.at),
      })),
    }),
    begins() {
      earlier = states.created.length;
    },
    merged(survivorId, goneId) {
      merges.push({ survivorId, goneId, at: Date.now() });
    },
    managerSet(edit) {
      const { wish } = edit;
      const dealId = 'dealId' in edit ? edit.dealId : null;
      const contactId = 'contactId' in edit ? edit.contactId : kommo.deal(edit.dealId)?.contactIds[0];
      if (contactId !== undefined) managerEdits.push({ wish, dealId, contactId, at: Date.now() });
    },
    optedIn: () => {
      optIns += 1;
    },
    undoneOptOuts: () => customerio.reports.filter(({ metric }) => metric === 'subscribed').length - optIns,
    hooksAccepted: hooks.count,
    reportsAccepted: () => reports,
    hooksDisabled: hooks.disabled,
  };
}

/** Stage changes of Kommo's own log, and deals that were created in a stage. */
function movesOf(
  kommo: KommoSimulator,
  created: Omit<ObservedMove, 'reportedAt'>[],
  acceptedAt: (key: string) => number | null,
): ObservedMove[] {
  const changed = kommo
    .events()
    .filter((event) => event.type === 'lead_status_changed')
    .map(({ entityId: dealId, createdAt, valueBefore, valueAfter }) => {
      const stage = (value: unknown[]) => (value as { lead_status: { id: number } }[])[0]!.lead_status.id;
      const [from, to] = [stage(valueBefore), stage(valueAfter)];
      const reportedAt = acceptedAt(`${dealId}/${from}/${to}/${createdAt}`);
      return { dealId, stageId: to, at: createdAt * 1000, reportedAt, isCreation: false };
    });
  const added = created.map((one) => ({ ...one, reportedAt: acceptedAt(`added/${one.dealId}`) }));
  return [...added, ...changed].toSorted((a, b) => a.at - b.at);
}

/**
 * When a webhook about something was first accepted: `deal/from/to/second` for a move, `added/deal` for a creation,
 * `gone/contact` for a deletion, `contact/contact` for a change, `opt_out/deal` for a deal whose status says that the client is
 * unsubscribed, `opt_in/deal` for one whose status does not.
 */
function createAcceptedHooks(kommo: KommoSimulator) {
  const accepted = new Map<string, number[]>();
  let count = 0;
  let disabled = 0;
  kommo.on((happening) => {
    if (happening.kind === 'hook_disabled') disabled += 1;
    if (happening.kind !== 'hook_sent') return;
    const { delivery } = happening;
    if (delivery.status === null || delivery.status < 200 || delivery.status > 299) return;
    count += 1;
    for (const key of keysIn(delivery)) accepted.set(key, [...(accepted.get(key) ?? []), Date.now()]);
  });
  return {
    /** @param since only those accepted from then on, unix ms */
    acceptedAt: (key: string, since = 0) => accepted.get(key)?.find((at) => at >= since) ?? null,
    count: () => count,
    disabled: () => disabled,
  };
}

function keysIn({ body, keys }: HookDelivery): string[] {
  const form = new URLSearchParams(body);
  if (keys.includes('contacts[delete]')) return [`gone/${form.get('contacts[delete][0][id]')}`];
  if (keys.includes('leads[add]')) return [`added/${form.get('leads[add][0][id]')}`];
  if (keys.includes('contacts[update]')) return [`contact/${form.get('contacts[update][0][id]')}`];
  if (!keys.some((key) => key === 'leads[status]' || key === 'leads[update]')) return [];
  return ['status', 'update'].flatMap((action) => {
    const field = (name: string) => form.get(`leads[${action}][0][${name}]`);
    if (field('id') === null) return [];
    const wish = body.includes('=unsubscribed') ? 'opt_out' : 'opt_in';
    const shown = action === 'update' ? [`${wish}/${field('id')}`] : [];
    if (field('old_status_id') === null) return shown;
    return [
      ...shown,
      `${field('id')}/${field('old_status_id')}/${field('status_id')}/${field('last_modified')}`,
    ];
  });
}

function reportOf({ object_type, metric, timestamp, data }: Report): ObservedReport {
  const identifiers = (data.identifiers ?? {}) as { email?: string | null };
  const text = (name: string) => (typeof data[name] === 'string' ? (data[name] as string) : '');
  return {
    name: `${object_type}_${metric}`,
    address: (identifiers.email || text('email_address') || text('recipient')).toLowerCase(),
    recipient: text('recipient').toLowerCase(),
    deliveryId: text('delivery_id') || null,
    isMachine: data.prefetched === true || data.machine === true,
    subject: text('subject'),
    href: text('href'),
    failureMessage: text('failure_message'),
    topics: metric === 'cio_subscription_preferences_changed' ? topicsIn(text('content')) : null,
    at: timestamp,
    acceptedAt: Date.now(),
  };
}

function topicsIn(content: string): Record<string, boolean> {
  return (JSON.parse(content) as { topics: Record<string, boolean> }).topics;
}

/** The webhook that says what a manager has set. */
function keyOf({ wish, dealId, contactId }: Pick<ManagerEdit, 'wish' | 'dealId' | 'contactId'>): string {
  return dealId === null ? `contact/${contactId}` : `${wish}/${dealId}`;
}

/** The emails of campaigns, each with the time of its event: the newest of that name that the person has. */
function createMails(customerio: CustomerioSimulator): ObservedMail[] {
  const mails: ObservedMail[] = [];
  customerio.on((happening) => {
    if (happening.type === 'email_sent') mails.push(mailOf(customerio, happening.message));
  });
  return mails;
}

function mailOf(customerio: CustomerioSimulator, { recipient, event, cioId }: MailMessage): ObservedMail {
  const at = Date.now();
  const started = customerio.person(`cio_${cioId}`)?.events.findLast(({ name }) => name === event);
  const eventAt = started === undefined ? at : started.timestamp * 1000;
  return { recipient: recipient.toLowerCase(), event, at, eventAt };
}
