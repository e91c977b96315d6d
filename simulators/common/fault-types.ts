/** A fixed wait in ms, or any wait between two bounds (both included). */
export type Wait = number | { min: number; max: number };

/** Which requests a rule is about. What is left out matches everything. */
export interface RequestMatch {
  /** `GET`, `POST`, ... in any case. */
  method?: string;
  /** Tried on the path without its query. */
  path?: RegExp;
}

/** What the caller sees in place of the answer. */
export type FaultKind =
  | {
      kind: 'status';
      status: number;
      /** Default `json`. */
      body?: 'json' | 'html' | 'empty';
      /** Seconds; sent as `Retry-After`. */
      retryAfter?: number;
      /** Whether the request is carried out all the same, as behind a gateway that gave up. Default false. */
      applied?: boolean;
    }
  /** The connection is cut and nothing was done. */
  | { kind: 'reset_before' }
  /** The request is carried out, then the connection is cut. */
  | { kind: 'reset_after' }
  /** Nothing is done and no answer ever comes. */
  | { kind: 'hang' };

/** A fault, which requests it can hit, and how often. With neither `probability` nor `times` it hits every one. */
export type FaultRule = FaultKind & {
  match?: RequestMatch;
  /** From 0 to 1. */
  probability?: number;
  /** Hits this many requests, then the rule is spent. */
  times?: number;
};

/** Each is a probability from 0 to 1. What is left out is 0. */
export interface HookFaults {
  /** The webhook is never sent. */
  drop?: number;
  /** The webhook is sent twice. */
  duplicate?: number;
  /** The webhook waits until a later one has gone (or `reorderMs` is over). */
  reorder?: number;
  /** The longest wait of a reordered webhook, in ms. Default 200. */
  reorderMs?: number;
  /** The webhook is sent later, by `delayMs`. */
  delay?: number;
  /** Default 100 ms. */
  delayMs?: Wait;
}

/** What goes wrong with one request. */
export interface RequestFault {
  /** Wait before anything else, in ms. */
  delayMs: number;
  /** Whether the request is carried out although its caller may see a failure. */
  applied: boolean;
  outcome:
    | { kind: 'none' }
    | { kind: 'reply'; status: number; headers: Record<string, string>; body: string }
    | { kind: 'reset' }
    | { kind: 'hang' };
}

/** What goes wrong with one webhook on its way out. */
export interface HookFault {
  /** 0: lost; 1: as it should be; 2: twice. */
  copies: number;
  delayMs: number;
  /** Above 0: hold it back until a later webhook has gone, at most this many ms. */
  holdMs: number;
}

/** How many faults of each kind were injected so far. */
export interface FaultCounts {
  status: number;
  reset_before: number;
  reset_after: number;
  hang: number;
  delayed: number;
  hook_drop: number;
  hook_duplicate: number;
  hook_reorder: number;
  hook_delay: number;
}

/** Writes the body of an injected status as the product would. */
export type FaultBody = (status: number, retryAfter: number | undefined) => { type: string; body: string };

export interface FaultPlanOptions {
  /** Default 1. The same seed and the same requests in the same order give the same faults. */
  seed?: number;
  latency?: Wait;
  rules?: FaultRule[];
  hooks?: HookFaults;
  /** The product's own JSON error body. */
  jsonBody?: FaultBody;
}

/** Everything that can go wrong on the server's side, switchable while it runs. */
export interface FaultPlan {
  /** Adds a rule behind those there are (the first that hits wins) and returns a function that takes it out. */
  add(rule: FaultRule): () => void;
  /** Sets the wait before every answer. */
  setLatency(latency: Wait): void;
  setHooks(hooks: HookFaults): void;
  /** No rules, no latency, no webhook faults. Counts stay. */
  clear(): void;
  /** Starts the row of random numbers again. */
  reseed(seed: number): void;
  /** Decides about one request; null when it goes through at once and unharmed. */
  request(request: { method: string; path: string }): RequestFault | null;
  /** Decides about one webhook; null when it goes out at once and unharmed. */
  hook(): HookFault | null;
  /** A copy of the counters. */
  counts(): FaultCounts;
}
