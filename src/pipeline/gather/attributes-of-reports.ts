import type { AppClient } from '../../customerio/index.ts';
import type { Json } from '../../domain/entities.ts';
import { DeliveryError, mayAnswerLater } from '../../domain/errors.ts';
import type { MailReport } from '../../domain/events.ts';

/** Customer.io docs: `POST /v1/customers/attributes` takes up to 100 ids. */
const IDS_A_CALL = 100;

export interface AttributesOfReports {
  /** By report id. */
  attributes: Map<string, Record<string, Json>>;
  /** The ids of the reports whose people Customer.io may name later: it was busy, or did not answer. */
  unanswered: Set<string>;
}

/**
 * The attributes at Customer.io of the people of reports, with one call for 100 people. The call takes Customer.io's `id` only,
 * so reports that name a person otherwise are left out. Nothing where Customer.io refuses: a wrong App API key must not keep
 * reports waiting.
 */
export async function attributesOfReports(
  app: AppClient | null,
  reports: MailReport[],
): Promise<AttributesOfReports> {
  const asked = reports.filter(({ person }) => person.id !== null);
  const ids = [...new Set(asked.map(({ person }) => person.id!))];
  const nothing = { attributes: new Map(), unanswered: new Set<string>() };
  if (app === null || ids.length === 0) return nothing;
  const calls = Array.from({ length: Math.ceil(ids.length / IDS_A_CALL) }, (_, index) =>
    app.attributesOfMany(ids.slice(index * IDS_A_CALL, (index + 1) * IDS_A_CALL)),
  );
  try {
    const people = (await Promise.all(calls)).flat();
    const byId = new Map(people.map(({ id, attributes }) => [id, attributes]));
    const attributes = new Map(
      asked.flatMap(({ reportId, person }) => {
        const attributes = byId.get(person.id!);
        return attributes ? [[reportId, attributes] as const] : [];
      }),
    );
    return { ...nothing, attributes };
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    if (!mayAnswerLater(error)) return nothing;
    return { ...nothing, unanswered: new Set(asked.map(({ reportId }) => reportId)) };
  }
}
