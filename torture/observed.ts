/*
 * What happened at the two senders, as plain data: the oracle's input. Nothing in this file depends on Stagepost.
 */

/** A deal entered a stage, or was created in it. */
export interface ObservedMove {
  dealId: number;
  /** The stage's id: won (142) and lost (143) have the same in every pipeline. */
  stageId: number;
  /** By Kommo's own clock, unix ms. */
  at: number;
  /** When a webhook about it was first answered with 2xx, unix ms; null where none was, or where its clock was wrong. */
  reportedAt: number | null;
  isCreation: boolean;
  /** Whether it was before the first start: nobody expects anything of it. */
  isEarlier?: boolean;
}

/** How a deal stood from a time on, until the deal's next state. */
export interface DealState {
  dealId: number;
  /** Unix ms. */
  at: number;
  /** Those that can be read, the main contact first: deleted ones are left out. */
  contactIds: number[];
  isOpen: boolean;
  isDeleted: boolean;
}

/** The addresses of a contact from a time on, the one that counts first. */
export interface ContactState {
  contactId: number;
  /** Unix ms. */
  at: number;
  firstName: string;
  addresses: string[];
}

/** A contact took the place of another. */
export interface ObservedMerge {
  survivorId: number;
  goneId: number;
  /** Unix ms. */
  at: number;
  /** When a webhook that the other one is gone was first answered with 2xx, unix ms; null where none was. */
  reportedAt: number | null;
}

/** A report of Customer.io, once, in the order in which they were accepted. */
export interface ObservedReport {
  /** `email_opened` */
  name: string;
  /** The profile's address, else the recipient's. */
  address: string;
  /** The address that the message went to; empty for a report about the person. */
  recipient: string;
  deliveryId: string | null;
  isMachine: boolean;
  subject: string;
  href: string;
  failureMessage: string;
  /** Of a change of preferences: every topic that the client has ever switched; null elsewhere. */
  topics: Record<string, boolean> | null;
  /** Unix seconds, as the report says. */
  at: number;
  /** When it was answered with 2xx, unix ms. */
  acceptedAt: number;
  /**
   * Only a database that was lost has had it, so that what it led to depends on how far that one came. Customer.io's activity log
   * does not say of an open or click whether a person made it, so it counts as a machine's, and has no conversions.
   */
  isLost?: boolean;
}

/** An email that a campaign sent. */
export interface ObservedMail {
  recipient: string;
  event: string;
  /** Unix ms. */
  at: number;
  /** The time of the event that started the campaign, unix ms. */
  eventAt: number;
}

/** What a manager set in Kommo by hand: the status field of a deal, or the checkbox of a contact for clients who want no email. */
export interface ManagerEdit {
  wish: 'opt_out' | 'opt_in';
  /** Null for the checkbox. */
  dealId: number | null;
  /** The deal's main contact, or the one with the checkbox. */
  contactId: number;
  /** Unix ms. */
  at: number;
  /** When a webhook about it was first answered with 2xx, unix ms; null where none was. */
  reportedAt: number | null;
}

export interface Observed {
  moves: ObservedMove[];
  dealStates: DealState[];
  contactStates: ContactState[];
  merges: ObservedMerge[];
  reports: ObservedReport[];
  mails: ObservedMail[];
  managerEdits: ManagerEdit[];
}
