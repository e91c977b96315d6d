/** A deal as a test wants to see it: fields by their names. */
export interface DealView {
  id: number;
  name: string;
  price: number;
  pipelineId: number;
  pipeline: string;
  stageId: number;
  stage: string;
  responsibleUserId: number;
  /** The main contact first. */
  contactIds: number[];
  companyId: number | null;
  tags: string[];
  /** One value as it is, several as a list. Dates are unix seconds. */
  fields: Record<string, unknown>;
  isDeleted: boolean;
  /** Unix seconds, like the two below. */
  createdAt: number;
  updatedAt: number;
  closedAt: number | null;
}

export interface ContactView {
  id: number;
  name: string;
  firstName: string;
  lastName: string;
  emails: string[];
  phones: string[];
  companyId: number | null;
  dealIds: number[];
  responsibleUserId: number;
  fields: Record<string, unknown>;
  isDeleted: boolean;
  createdAt: number;
  updatedAt: number;
}

/** An incoming lead: a deal of the type 1 stage, with its contact. */
export interface IncomingLeadView {
  uid: string;
  category: 'forms' | 'sip' | 'mail' | 'chats';
  dealId: number;
  contactIds: number[];
  /** Unix seconds. */
  createdAt: number;
}

export interface PipelineView {
  id: number;
  name: string;
  /** In their order on the board. */
  stages: { id: number; name: string; isIncoming: boolean }[];
}

export interface CompanyView {
  id: number;
  name: string;
  fields: Record<string, unknown>;
  isDeleted: boolean;
}

export type EntityKind = 'leads' | 'contacts' | 'companies';

export interface NoteView {
  id: number;
  entityType: EntityKind;
  entityId: number;
  type: string;
  /** `params.text`, or empty. */
  text: string;
  params: Record<string, unknown>;
  createdBy: number;
  createdAt: number;
}

export interface TaskView {
  id: number;
  text: string;
  entityType: EntityKind | null;
  entityId: number | null;
  taskTypeId: number;
  responsibleUserId: number;
  /** Unix seconds. */
  completeTill: number;
  isCompleted: boolean;
  result: string | null;
  createdBy: number;
  createdAt: number;
}

/** One entry of Kommo's events log. */
export interface EventView {
  id: string;
  type: string;
  entityType: 'lead' | 'contact' | 'company' | 'task';
  entityId: number;
  createdBy: number;
  createdAt: number;
  valueAfter: unknown[];
  valueBefore: unknown[];
}

/** A list, such as the products. */
export interface CatalogView {
  id: number;
  name: string;
  type: 'regular' | 'products';
}

export interface CatalogElementView {
  id: number;
  catalogId: number;
  name: string;
  fields: Record<string, unknown>;
}

/** An element that is linked to a deal. */
export interface LinkedElementView extends CatalogElementView {
  quantity: number;
}
