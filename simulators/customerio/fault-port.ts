/** What goes wrong with one request. Without an answer, `reset` cuts the connection and `hang` never answers. */
export interface RequestFault {
  /** Wait before anything else, in ms. */
  delayMs?: number;
  /** Whether the call is applied although its caller sees a failure. */
  applied: boolean;
  outcome:
    | { kind: 'none' }
    | { kind: 'reply'; status: number; headers: Record<string, string>; body: string }
    | { kind: 'reset' }
    | { kind: 'hang' };
}

/** Decides what goes wrong with a request; null for nothing. */
export type RequestFaults = (request: { method: string; path: string }) => RequestFault | null;

/** What goes wrong with one report on its way out: how many copies go, and after how many ms. */
export type ReportFaults = () => { copies: number; delayMs: number } | null;
