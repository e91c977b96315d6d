/** What a simulated Kommo account holds, in Kommo's own words. Times are unix seconds. */

export interface FieldValue {
  value: unknown;
  enum_id?: number;
  enum_code?: string;
}

export interface CustomValue {
  field_id: number;
  values: FieldValue[];
}

export interface Tag {
  id: number;
  name: string;
}

export interface Lead {
  id: number;
  name: string;
  price: number;
  responsible_user_id: number;
  status_id: number;
  pipeline_id: number;
  loss_reason_id: number | null;
  created_by: number;
  updated_by: number;
  created_at: number;
  updated_at: number;
  closed_at: number | null;
  is_deleted: boolean;
  custom: CustomValue[];
  tags: Tag[];
  /** The first one is the main contact. */
  contact_ids: number[];
  company_id: number | null;
}

export interface Contact {
  id: number;
  name: string;
  first_name: string;
  last_name: string;
  responsible_user_id: number;
  created_by: number;
  updated_by: number;
  created_at: number;
  updated_at: number;
  is_deleted: boolean;
  custom: CustomValue[];
  tags: Tag[];
  company_id: number | null;
  /** Came with an incoming lead that nobody has accepted yet. */
  is_unsorted?: boolean;
}

/** An incoming lead: a deal in the type 1 stage of a pipeline, until it is accepted or declined. */
export interface IncomingLead {
  uid: string;
  category: 'forms' | 'sip' | 'mail' | 'chats';
  source_uid: string | null;
  source_name: string;
  pipeline_id: number;
  created_at: number;
  metadata: Record<string, unknown>;
  lead_id: number;
  contact_ids: number[];
}

/** What became of an incoming lead, for the summary. */
export interface IncomingDecision {
  incoming: IncomingLead;
  accepted: boolean;
  /** Unix seconds. */
  at: number;
}

export interface Company {
  id: number;
  name: string;
  responsible_user_id: number;
  created_by: number;
  updated_by: number;
  created_at: number;
  updated_at: number;
  is_deleted: boolean;
  custom: CustomValue[];
  tags: Tag[];
}

export interface Note {
  id: number;
  entity_id: number;
  entity_type: 'leads' | 'contacts' | 'companies';
  note_type: string;
  params: Record<string, unknown>;
  created_by: number;
  updated_by: number;
  responsible_user_id: number;
  created_at: number;
  updated_at: number;
  is_pinned?: boolean;
}

export interface Task {
  id: number;
  text: string;
  complete_till: number;
  entity_id: number | null;
  entity_type: 'leads' | 'contacts' | 'companies' | null;
  task_type_id: number;
  responsible_user_id: number;
  is_completed: boolean;
  duration: number;
  result: { text: string } | null;
  created_by: number;
  updated_by: number;
  created_at: number;
  updated_at: number;
}

/** Whose fields a definition describes; `catalogs/7` are those of the elements of one list. */
export type FieldOwner = 'leads' | 'contacts' | 'companies' | `catalogs/${number}`;

export interface FieldDefinition {
  id: number;
  name: string;
  code: string | null;
  type: string;
  sort: number;
  entity_type: FieldOwner;
  enums: { id: number; value: string; sort: number; code?: string }[] | null;
  is_api_only?: boolean;
  is_deleted: boolean;
}

/** A list of the account, such as its products. Its elements are linked to deals, contacts and companies. */
export interface Catalog {
  id: number;
  name: string;
  created_by: number;
  updated_by: number;
  created_at: number;
  updated_at: number;
  sort: number;
  type: 'regular' | 'products';
  can_add_elements: boolean;
  /** Whether one element may be linked to several deals. */
  can_link_multiple: boolean;
}

export interface CatalogElement {
  id: number;
  catalog_id: number;
  name: string;
  created_by: number;
  updated_by: number;
  created_at: number;
  updated_at: number;
  custom: CustomValue[];
}

export interface LossReason {
  id: number;
  name: string;
  sort: number;
  created_at: number;
  updated_at: number;
}

export interface Stage {
  id: number;
  name: string;
  sort: number;
  is_editable: boolean;
  pipeline_id: number;
  color: string;
  /** 1: incoming leads, where nothing can be put by a write; 0: every other stage. */
  type: 0 | 1;
}

export interface Pipeline {
  id: number;
  name: string;
  sort: number;
  is_main: boolean;
  is_archive: boolean;
  stages: Stage[];
}

export interface User {
  id: number;
  name: string;
  email: string;
  is_admin: boolean;
  is_active: boolean;
}

/** Something that happened to the account, for whoever sends webhooks or keeps the events log. */
export type Change =
  | { kind: 'lead_added'; lead: Lead; by: number; at: number }
  | { kind: 'lead_updated'; lead: Lead; by: number; at: number }
  | {
      kind: 'lead_moved';
      lead: Lead;
      from: { pipeline_id: number; status_id: number };
      by: number;
      at: number;
    }
  | { kind: 'lead_responsible'; lead: Lead; old_responsible_user_id: number; by: number; at: number }
  | { kind: 'lead_deleted'; lead: Lead; by: number; at: number }
  | { kind: 'lead_restored'; lead: Lead; by: number; at: number }
  | {
      kind: 'contact_added' | 'contact_updated' | 'contact_deleted' | 'contact_restored';
      contact: Contact;
      /** Only when the responsible user changed. */
      old_responsible_user_id?: number;
      by: number;
      at: number;
    }
  | {
      kind: 'company_added' | 'company_updated' | 'company_deleted' | 'company_restored';
      company: Company;
      /** Only when the responsible user changed. */
      old_responsible_user_id?: number;
      by: number;
      at: number;
    }
  | {
      kind: 'incoming_lead_added' | 'incoming_lead_accepted' | 'incoming_lead_declined';
      incoming: IncomingLead;
      by: number;
      at: number;
    }
  | { kind: 'note_added'; note: Note; by: number; at: number }
  | { kind: 'task_added' | 'task_updated'; task: Task; by: number; at: number };
