/*
 * What happened at the two senders, as plain data: the oracle's input. Nothing here knows Stagepost.
 */

/** A deal entered a stage. */
export interface ObservedMove {
  dealId: number;
  /** The deal's only contact. */
  person: string;
  /** The stage's id: won (142) and lost (143) have the same in every pipeline. */
  stageId: number;
  /** Unix ms. */
  at: number;
  /** When a webhook about it was first answered with 2xx, unix ms; null where none was. */
  reportedAt: number | null;
}

/** A report of Customer.io, once, in the order in which they were accepted. */
export interface ObservedReport {
  /** `email_opened` */
  name: string;
  person: string;
  deliveryId: string | null;
  isMachine: boolean;
  subject: string;
  href: string;
  failureMessage: string;
  /** Unix seconds, as the report says. */
  at: number;
  /** When it was answered with 2xx, unix ms. */
  acceptedAt: number;
}
