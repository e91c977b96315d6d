import { z } from 'zod';
import type { Sentences } from '../../languages/en.ts';
import type { Json } from '../entities.ts';
import type { CustomerioWrite, KommoWrite } from './writes.ts';

/** The declaration of a kind of action: everything that differs from kind to kind. */
export interface ActionKindBase<Payload, Metric extends string> {
  /** The stored form of the action in the outbox. Its `kind` is the kind's name there. */
  payload: z.ZodType<Payload>;
  /** The metric that counts its delivered actions. */
  metric: Metric;
  /** The action in one line, for the trace. */
  describe(action: Payload, words: Sentences['actions']): string;
  /**
   * The status field that the action sets. If a later report about the same person has set the field in the meantime, a
   * late action (a replay, days after) is dropped: it would undo an opt-out.
   */
  statusField?(action: Payload): { field: string; value: string };
  /** How long after the action that it waits for it is due, ms; default: at once. */
  delayMs?: number;
}

export interface KommoKind<Payload = unknown, Metric extends string = string>
  extends ActionKindBase<Payload, Metric> {
  kind: string;
  destination: 'kommo';
  /** Actions with the same call can share one request. */
  call: KommoWrite['call'];
  write(action: Payload): KommoWrite;
  orderingKey(action: Payload): string;
}

export interface CustomerioKind<Payload = unknown, Metric extends string = string>
  extends ActionKindBase<Payload, Metric> {
  kind: string;
  destination: 'customerio';
  call: CustomerioWrite['call'];
  write(action: Payload): CustomerioWrite;
  orderingKey(action: Payload): string;
}

type ItemOf<Write extends { call: string }, Call> =
  Extract<Write, { call: Call }> extends { item: infer Item } ? Item : never;

/** Declares a kind of action that is delivered to Kommo. Actions of one deal keep their order. */
export function kommoKind<
  Payload extends { kind: string; dealId: number },
  const Metric extends string,
  const Call extends KommoWrite['call'],
>(
  spec: ActionKindBase<Payload, Metric> & {
    kind: Payload['kind'];
    call: Call;
    /** The action as an item of the call. */
    item(action: Payload): ItemOf<KommoWrite, Call>;
  },
): KommoKind<Payload, Metric> {
  const { item, ...rest } = spec;
  return {
    ...rest,
    destination: 'kommo',
    write: (action) => ({ call: spec.call, item: item(action) }) as KommoWrite,
    orderingKey: ({ dealId }) => `deal:${dealId}`,
  };
}

/** Declares a kind of action that is delivered to Customer.io. Actions of one person keep their order. */
export function customerioKind<
  Payload extends { kind: string; person: string },
  const Metric extends string,
  const Call extends CustomerioWrite['call'],
>(
  spec: ActionKindBase<Payload, Metric> & {
    kind: Payload['kind'];
    call: Call;
    item(action: Payload): ItemOf<CustomerioWrite, Call>;
  },
): CustomerioKind<Payload, Metric> {
  const { item, ...rest } = spec;
  return {
    ...rest,
    destination: 'customerio',
    write: (action) => ({ call: spec.call, item: item(action) }) as CustomerioWrite,
    orderingKey: ({ person }) => person,
  };
}

/** The values come from parsed JSON, so each one is valid `Json` without a check. */
export const jsonValues = z.record(z.string(), z.custom<Json>());
export const unixSeconds = z.number();
export const dealId = z.int();
