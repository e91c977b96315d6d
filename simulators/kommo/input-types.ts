import type { IncomingLeadView } from './view-types.ts';

export interface NewIncomingLead {
  /** The name of the deal. */
  name?: string;
  /** Default: the main pipeline, which must have a type 1 stage. */
  pipelineId?: number;
  /** Default `forms`. */
  category?: IncomingLeadView['category'];
  formName?: string;
  contact?: Omit<NewContact, 'userId'>;
  /** Fixes the id of the deal. */
  id?: number;
}

/** Fields by name, code or id. A list sets several values; null clears. */
export type FieldInput = Record<string, unknown>;

/** Who did it in Kommo's web page. Default: the first user. */
export interface ActingUser {
  userId?: number;
}

export interface NewContact extends ActingUser {
  /** Unix seconds, as an integration with a clock of its own writes them. The events log keeps the real time. */
  createdAt?: number;
  updatedAt?: number;
  name?: string;
  firstName?: string;
  lastName?: string;
  email?: string | string[];
  phone?: string | string[];
  companyId?: number;
  responsibleUserId?: number;
  fields?: FieldInput;
  tags?: string[];
  /** Fixes the id. */
  id?: number;
}

export interface NewCompany extends ActingUser {
  name: string;
  responsibleUserId?: number;
  fields?: FieldInput;
  tags?: string[];
  id?: number;
}

export interface NewDeal extends ActingUser {
  /** Unix seconds, as an integration with a clock of its own writes them. The events log keeps the real time. */
  createdAt?: number;
  updatedAt?: number;
  name?: string;
  price?: number;
  /** Default: the main pipeline. */
  pipelineId?: number;
  /** Default: the first stage that is not "Incoming leads". */
  stageId?: number;
  /** The first is the main contact. */
  contactIds?: number[];
  companyId?: number;
  responsibleUserId?: number;
  fields?: FieldInput;
  tags?: string[];
  id?: number;
}

export interface DealChange extends ActingUser {
  /** Unix seconds, as an integration with a clock of its own writes it. The events log keeps the real time. */
  updatedAt?: number;
  name?: string;
  price?: number;
  pipelineId?: number;
  stageId?: number;
  contactIds?: number[];
  companyId?: number | null;
  responsibleUserId?: number;
  fields?: FieldInput;
  tags?: string[];
}

export interface ContactChange extends ActingUser {
  /** Unix seconds, as an integration with a clock of its own writes it. The events log keeps the real time. */
  updatedAt?: number;
  name?: string;
  firstName?: string;
  lastName?: string;
  email?: string | string[] | null;
  phone?: string | string[] | null;
  companyId?: number | null;
  responsibleUserId?: number;
  fields?: FieldInput;
  tags?: string[];
}

export interface CompanyChange extends ActingUser {
  name?: string;
  responsibleUserId?: number;
  fields?: FieldInput;
  tags?: string[];
}

export interface NewCatalogElement extends ActingUser {
  name: string;
  fields?: FieldInput;
}

/** What a person does in the window in which Kommo asks for access. */
export interface WindowAnswer {
  allow: boolean;
  /** Who is signed in. Default: the first administrator. */
  userId?: number;
}
