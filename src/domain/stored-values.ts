import { z } from 'zod';
import type { FieldState } from './consent/field-state.ts';
import type { Catalog, Json } from './entities.ts';
import type { StagepostEvent } from './events.ts';

/**
 * Schemas of what is stored as JSON and read back, perhaps by a later version. A value that does not match is never used
 * under a type that it does not have: each reader says what it does then.
 */

const seconds = z.number();
const id = z.number();
const values = z.record(z.string(), z.custom<Json>());
const stage = z.object({ pipelineId: id, stageId: id });

const event: z.ZodType<StagepostEvent> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('deal_moved'),
    dealId: id,
    from: z.object({ pipelineId: id.nullable(), stageId: id }).nullable(),
    to: stage,
    occurredAt: seconds,
    by: id.optional(),
    backfillId: id.optional(),
    isPolled: z.boolean().optional(),
  }),
  z.object({
    kind: z.literal('deal_listed'),
    dealId: id,
    backfillId: id,
    occurredAt: seconds,
    isUnread: z.boolean().optional(),
    hasEmail: z.boolean().optional(),
  }),
  z.object({
    kind: z.literal('deal_changed'),
    dealId: id,
    occurredAt: seconds,
    by: id.optional(),
    fields: z.record(z.string(), z.string()).optional(),
    linkedContact: id.optional(),
  }),
  z.object({ kind: z.literal('deal_deleted'), dealId: id, occurredAt: seconds }),
  z.object({ kind: z.literal('deal_restored'), dealId: id, occurredAt: seconds }),
  z.object({
    kind: z.literal('contact_changed'),
    contactId: id,
    occurredAt: seconds,
    by: id.optional(),
    addresses: z.array(z.string()).optional(),
    formerAddresses: z.array(z.string()).optional(),
  }),
  z.object({ kind: z.literal('contact_deleted'), contactId: id, occurredAt: seconds }),
  z.object({ kind: z.literal('contact_restored'), contactId: id, occurredAt: seconds }),
  z.object({
    kind: z.literal('contact_merged'),
    contactId: id,
    occurredAt: seconds,
    isSinceBackup: z.boolean().optional(),
  }),
  z.object({
    kind: z.literal('mail_report'),
    name: z.string(),
    reportId: z.string(),
    person: z.object({
      id: z.string().nullable(),
      email: z.string().nullable(),
      cioId: z.string().nullable(),
    }),
    occurredAt: seconds,
    deliveryId: z.string().nullable(),
    machine: z.boolean(),
    values,
  }),
  z.object({
    kind: z.literal('inactivity'),
    watchId: id,
    start: z.string(),
    person: z.string(),
    dealId: id,
    occurredAt: seconds,
  }),
]);

/** Whether a stored event has the shape that this version plans. */
export function isStagepostEvent(stored: unknown): stored is StagepostEvent {
  return event.safeParse(stored).success;
}

const field = z.object({
  id,
  name: z.string(),
  code: z.string().nullable(),
  type: z.string(),
  options: z.array(z.object({ id, value: z.string() })).nullable(),
});

const catalog: z.ZodType<Catalog> = z.object({
  account: z.object({
    id,
    name: z.string(),
    subdomain: z.string(),
    timezone: z.string(),
    unknownTimezone: z.string().exactOptional(),
    country: z.string().nullable().default(null),
  }),
  pipelines: z.array(
    z.object({
      id,
      name: z.string(),
      stages: z.array(
        z.object({
          id,
          name: z.string(),
          color: z.string().nullable(),
          isIncoming: z.boolean().exactOptional(),
        }),
      ),
    }),
  ),
  dealFields: z.array(field),
  contactFields: z.array(field),
  companyFields: z.array(field),
  users: z.array(z.object({ id, name: z.string(), email: z.string(), isActive: z.boolean().default(true) })),
});

/** A stored catalog; null where there is none in a shape that this version knows, so that Kommo is read again. */
export function parseCatalog(stored: unknown): Catalog | null {
  return catalog.safeParse(stored).data ?? null;
}

const fieldStates: z.ZodType<Record<string, FieldState>> = z.record(
  z.string(),
  z.object({
    value: z.string(),
    at: seconds,
    by: z.string().optional(),
    optOutAt: seconds.optional(),
    optInAt: seconds.optional(),
  }),
);

/** A person's status fields. @throws where their shape is not known: an opt-out must not be forgotten silently. */
export function parseFieldStates(stored: unknown): Record<string, FieldState> {
  return fieldStates.parse(stored);
}
