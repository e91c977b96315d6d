/** Deals, contacts and companies in Stagepost's own terms. `kommo/` maps Kommo's wire format to them. */

/** Seconds since 1970-01-01 UTC: the unit of both APIs. */
export type UnixSeconds = number;

/** Any value JSON can carry. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A stage is always (pipeline, stage): won and lost have the same id in every pipeline. */
export interface StageRef {
  pipelineId: number;
  stageId: number;
}

/**
 * One custom field with its values: a moment is in unix seconds, a checkbox a boolean, a number a number, an address an object
 * with its parts.
 */
export interface Field {
  id: number;
  name: string;
  code: string | null;
  values: Json[];
  /** A field that can hold several values (multiselect, phone, email) resolves to a list. */
  multiple: boolean;
  /** The field holds a day without a time (a date, a birthday): `calendarDayOf` gives the day that Kommo shows. */
  isCalendarDay?: true;
}

export interface Deal {
  id: number;
  name: string;
  price: number;
  stage: StageRef;
  /** Won or lost. */
  isClosed: boolean;
  tags: string[];
  createdAt: UnixSeconds | null;
  updatedAt: UnixSeconds | null;
  /** The user who has changed it last, 0 for an integration; missing where it is not known. */
  updatedBy?: number;
  closedAt: UnixSeconds | null;
  responsibleUserId: number | null;
  fields: Field[];
  /** The main contact first. */
  contactIds: number[];
  companyId: number | null;
}

export interface Contact {
  id: number;
  name: string;
  firstName: string;
  lastName: string;
  /** In the order of Kommo's form; may be empty. */
  emails: string[];
  phones: string[];
  responsibleUserId: number | null;
  fields: Field[];
  /** The deals of the contact; empty unless the call asked Kommo for them. */
  dealIds: number[];
  companyId: number | null;
  /** When anything of the contact was last changed; missing where Kommo does not say it. */
  updatedAt?: UnixSeconds | null;
}

export interface Company {
  id: number;
  name: string;
  fields: Field[];
}

export interface User {
  id: number;
  name: string;
  email: string;
  /** False for a colleague who has left: Kommo refuses tasks for such users. */
  isActive: boolean;
}

export interface Stage {
  id: number;
  name: string;
  color: string | null;
  /** Kommo's "Incoming leads", where a deal waits until somebody accepts it. */
  isIncoming?: boolean;
}

export interface Pipeline {
  id: number;
  name: string;
  stages: Stage[];
}

/** A custom field's definition. `options` are the texts of a list field. */
export interface FieldDefinition {
  id: number;
  name: string;
  code: string | null;
  type: string;
  options: { id: number; value: string }[] | null;
}

export interface Account {
  id: number;
  name: string;
  subdomain: string;
  /** A zone that this machine knows. */
  timezone: string;
  /** The zone's name in Kommo, where it is not known: then `timezone` stands in for it. */
  unknownTimezone?: string;
  /** ISO 3166, two capital letters: for phone numbers without a country code. Null where Kommo does not say. */
  country: string | null;
}

/** An account's pipelines, fields and users. Names in the rules are resolved against it. */
export interface Catalog {
  account: Account;
  pipelines: Pipeline[];
  dealFields: FieldDefinition[];
  contactFields: FieldDefinition[];
  companyFields: FieldDefinition[];
  users: User[];
}
