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

/** One custom field with its values; a date is in unix seconds, a checkbox a boolean, a number a number. */
export interface Field {
  id: number;
  name: string;
  code: string | null;
  values: Json[];
  /** A field that can hold several values (multiselect, phone, email) resolves to a list. */
  multiple: boolean;
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
}

export interface Stage {
  id: number;
  name: string;
  color: string | null;
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

/** An account's pipelines, fields and users. Names in the rules are resolved against it. */
export interface Catalog {
  account: { id: number; name: string; subdomain: string; timezone: string };
  pipelines: Pipeline[];
  dealFields: FieldDefinition[];
  contactFields: FieldDefinition[];
  companyFields: FieldDefinition[];
  users: User[];
}
