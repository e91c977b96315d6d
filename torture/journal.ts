import type { CustomerioSimulator, Report } from '../simulators/customerio/index.ts';
import type { HookDelivery, KommoSimulator } from '../simulators/kommo/types.ts';
import type { ObservedMove, ObservedReport } from './observed.ts';

/** Records the answers to the senders: which webhook was answered with 2xx, and when first. */
export interface Journal {
  moves(): ObservedMove[];
  /** In the order in which they were accepted. */
  reports(): ObservedReport[];
  hooksAccepted(): number;
  reportsAccepted(): number;
  hooksDisabled(): number;
}

export function createJournal(kommo: KommoSimulator, customerio: CustomerioSimulator): Journal {
  /** `deal/from/to/second` of a move, and when a webhook about it was first accepted. */
  const toldMoves = new Map<string, number>();
  const accepted = new Map<string, ObservedReport>();
  let hooks = 0;
  let reports = 0;
  let disabled = 0;

  kommo.on((happening) => {
    if (happening.kind === 'hook_disabled') disabled += 1;
    if (happening.kind !== 'hook_sent') return;
    const { delivery } = happening;
    if (delivery.status === null || delivery.status < 200 || delivery.status > 299) return;
    hooks += 1;
    for (const key of movesIn(delivery)) if (!toldMoves.has(key)) toldMoves.set(key, Date.now());
  });
  customerio.on((happening) => {
    if (happening.type !== 'report_delivered') return;
    reports += 1;
    const { report } = happening;
    if (!accepted.has(report.event_id)) accepted.set(report.event_id, toldOf(report));
  });

  return {
    moves() {
      const personOf = (dealId: number) => {
        const contactId = kommo.deal(dealId)?.contactIds[0];
        return contactId === undefined ? '' : (kommo.contact(contactId)?.emails[0] ?? '').toLowerCase();
      };
      return kommo
        .events()
        .filter((event) => event.type === 'lead_status_changed')
        .map((event) => {
          const stage = (value: unknown[]) => (value as { lead_status: { id: number } }[])[0]!.lead_status.id;
          const [from, to] = [stage(event.valueBefore), stage(event.valueAfter)];
          const reportedAt = toldMoves.get(`${event.entityId}/${from}/${to}/${event.createdAt}`) ?? null;
          const { entityId: dealId, createdAt } = event;
          return { dealId, person: personOf(dealId), stageId: to, at: createdAt * 1000, reportedAt };
        });
    },
    reports: () => [...accepted.values()],
    hooksAccepted: () => hooks,
    reportsAccepted: () => reports,
    hooksDisabled: () => disabled,
  };
}

/** The moves in a webhook's body. */
function movesIn({ body, keys }: HookDelivery): string[] {
  if (!keys.some((key) => key === 'leads[status]' || key === 'leads[update]')) return [];
  const form = new URLSearchParams(body);
  return ['status', 'update'].flatMap((action) => {
    const field = (name: string) => form.get(`leads[${action}][0][${name}]`);
    if (field('id') === null || field('old_status_id') === null) return [];
    return [`${field('id')}/${field('old_status_id')}/${field('status_id')}/${field('last_modified')}`];
  });
}

function toldOf({ object_type, metric, timestamp, data }: Report): ObservedReport {
  const identifiers = (data.identifiers ?? {}) as { email?: string | null };
  const text = (name: string) => (typeof data[name] === 'string' ? (data[name] as string) : '');
  return {
    name: `${object_type}_${metric}`,
    person: (identifiers.email ?? text('recipient')).toLowerCase(),
    deliveryId: text('delivery_id') || null,
    isMachine: data.prefetched === true || data.machine === true,
    subject: text('subject'),
    href: text('href'),
    failureMessage: text('failure_message'),
    at: timestamp,
    acceptedAt: Date.now(),
  };
}
