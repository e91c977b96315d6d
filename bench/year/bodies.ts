import type { UnixSeconds } from '../../src/domain/entities.ts';

/** The body of a webhook about a stage change, with the custom fields of a usual deal (Kommo docs: Webhooks format). */
export function kommoBody(dealId: number, stage: number, before: number, at: UnixSeconds): string {
  const lead = 'leads[status][0]';
  const values: [string, string | number][] = [
    [`${lead}[id]`, dealId],
    [`${lead}[name]`, `Deal ${dealId}`],
    [`${lead}[status_id]`, stage],
    [`${lead}[old_status_id]`, before],
    [`${lead}[price]`, 12_500],
    [`${lead}[responsible_user_id]`, 8_112_233],
    [`${lead}[last_modified]`, at],
    [`${lead}[modified_user_id]`, 8_112_233],
    [`${lead}[created_user_id]`, 8_112_233],
    [`${lead}[date_create]`, at - 864_000],
    [`${lead}[pipeline_id]`, 9_621_010],
    [`${lead}[old_pipeline_id]`, 9_621_010],
    [`${lead}[account_id]`, 31_361_463],
    ...Array.from({ length: 8 }, (_, field): [string, string | number][] => [
      [`${lead}[custom_fields][${field}][id]`, 880_000 + field],
      [`${lead}[custom_fields][${field}][name]`, `Custom field ${field}`],
      [`${lead}[custom_fields][${field}][values][0][value]`, `value ${dealId % 97} of field ${field}`],
    ]).flat(),
    [`${lead}[created_at]`, at - 864_000],
    [`${lead}[updated_at]`, at],
    ['account[subdomain]', 'acme'],
    ['account[id]', 31_361_463],
    ['account[_links][self]', 'https://acme.kommo.com'],
  ];
  return new URLSearchParams(values.map(([key, value]): [string, string] => [key, String(value)])).toString();
}

export interface ReportContent {
  name: string;
  reportId: string;
  deliveryId: string;
  person: string;
  occurredAt: UnixSeconds;
}

/** A report of a campaign's email (Customer.io docs: Reporting webhooks). */
export function reportBody({ name, reportId, deliveryId, person, occurredAt }: ReportContent) {
  return {
    event_id: reportId,
    object_type: 'email',
    metric: name.replace('email_', ''),
    timestamp: occurredAt,
    data: {
      customer_id: person,
      identifiers: { id: person, email: person, cio_id: 'a3000001' },
      delivery_id: deliveryId,
      recipient: person,
      subject: 'Your proposal from Northwind',
      campaign_id: 14,
      action_id: 42,
      broadcast_id: 0,
      trigger_event_id: reportId,
      href: 'https://www.example-company.com/proposals/2026/open?utm_source=customerio&utm_campaign=proposal',
      link_id: 7,
    },
  };
}
