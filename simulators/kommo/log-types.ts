import type { Exchange } from '../common/exchange.ts';
import type {
  CompanyView,
  ContactView,
  DealView,
  IncomingLeadView,
  NoteView,
  TaskView,
} from './view-types.ts';

/** One API call as the simulator saw it. */
export interface RequestLogEntry {
  /** When it arrived, by `performance.now()`. */
  at: number;
  /** When it arrived, in unix ms. */
  date: number;
  method: string;
  path: string;
  /** The query, decoded, without webhook addresses. */
  query: string;
  /** null: the connection was cut or left hanging. */
  status: number | null;
  /** How many items a write carried. */
  items?: number;
}

export interface RequestLog {
  /** Oldest first, at most `logSize`. */
  all(): RequestLogEntry[];
  /** Requests since the start, the forgotten ones too. */
  readonly total: number;
  /** The most requests that arrived in any rolling second, of those remembered; those the limit refused are counted too. */
  maxInRollingSecond(): number;
  clear(): void;
}

/** One attempt to hand over a webhook. */
export interface HookDelivery {
  /** Unix ms of the attempt's start. */
  at: number;
  hookId: number;
  destination: string;
  /** What it is about, e.g. `leads[status]`. */
  keys: string[];
  /** 1 is the first attempt. */
  attempt: number;
  /** The answer; 0: no connection, 0 or 499 (switch): too slow; null: dropped by a fault, never sent. */
  status: number | null;
  /** `X-Amocrm-Requestid`. */
  requestId: string;
  body: string;
  tookMs: number;
  /** Unix ms of the next attempt; null when there is none. */
  nextAt: number | null;
}

export interface HookView {
  id: number;
  destination: string;
  settings: string[];
  disabled: boolean;
}

export type SimulatorEvent =
  | { kind: 'deal_added' | 'deal_updated' | 'deal_deleted' | 'deal_restored'; by: number; deal: DealView }
  | { kind: 'deal_moved'; by: number; deal: DealView; fromStageId: number; fromPipelineId: number }
  | {
      kind: 'contact_added' | 'contact_updated' | 'contact_deleted' | 'contact_restored';
      by: number;
      contact: ContactView;
    }
  | {
      kind: 'company_added' | 'company_updated' | 'company_deleted' | 'company_restored';
      by: number;
      company: CompanyView;
    }
  | {
      kind: 'incoming_lead_added' | 'incoming_lead_accepted' | 'incoming_lead_declined';
      by: number;
      incoming: IncomingLeadView;
    }
  | { kind: 'note_added'; by: number; note: NoteView }
  | { kind: 'task_added' | 'task_updated'; by: number; task: TaskView }
  | { kind: 'call'; call: RequestLogEntry; exchange: Exchange }
  | { kind: 'hook_sent'; delivery: HookDelivery }
  | { kind: 'hook_lost'; delivery: HookDelivery }
  | { kind: 'hook_disabled'; hook: HookView }
  | { kind: 'blocked' };
