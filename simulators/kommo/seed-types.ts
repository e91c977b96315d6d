export interface StageSeed {
  id: number;
  name: string;
  /** 1: "Incoming leads", refused by writes. Default 0. */
  type?: 0 | 1;
  color?: string;
}

/** Closed - won (142) and Closed - lost (143) are added when they are left out: every pipeline has them. */
export interface PipelineSeed {
  id: number;
  name: string;
  stages: StageSeed[];
  isMain?: boolean;
  isArchive?: boolean;
}

export interface UserSeed {
  id: number;
  name: string;
  email: string;
  isAdmin?: boolean;
  isActive?: boolean;
}

export type FieldType =
  | 'text'
  | 'textarea'
  | 'url'
  | 'streetaddress'
  | 'tracking_data'
  | 'numeric'
  | 'price'
  | 'monetary'
  | 'checkbox'
  | 'date'
  | 'date_time'
  | 'birthday'
  | 'select'
  | 'radiobutton'
  | 'category'
  | 'multiselect'
  | 'multitext'
  | 'smart_address'
  | 'legal_entity'
  | 'linked_entity'
  | 'file'
  | 'chained_list'
  | 'items';

/** A list. One of the type `products` has the fields SKU, DESCRIPTION, PRICE and GROUP besides its own. */
export interface CatalogSeed {
  id: number;
  name: string;
  /** Default `regular`. */
  type?: 'regular' | 'products';
  /** Whether one element may be linked to several deals. Default true. */
  canLinkMultiple?: boolean;
  fields?: Omit<FieldSeed, 'entity'>[];
}

export interface FieldSeed {
  id: number;
  entity: 'leads' | 'contacts' | 'companies';
  name: string;
  type: FieldType;
  code?: string | null;
  /** Options of select-like fields; codes of multitext ones. An id is made up when it is left out. */
  enums?: { id?: number; value: string; code?: string }[];
  isApiOnly?: boolean;
}
