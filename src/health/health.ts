/**
 * Health as everybody shows it: the console, `/health/ready`, `/metrics`, `stagepost doctor` and the alerts.
 *
 * - `unknown`: never proven. Nothing is known to be wrong, but nothing has been seen to work either.
 * - `ok`: proven by something that was seen: a call that was accepted, a webhook that arrived, a report that verified.
 * - `warning`: it works, but somebody should act.
 * - `broken`: something does not work now.
 */
export type Light = 'unknown' | 'ok' | 'warning' | 'broken';

/** What an item is about. `rules` includes planning; `installation` is the process, its database and its machine. */
export type HealthSide = 'kommo' | 'customerio' | 'rules' | 'installation';

/** Where in the console a person can act. */
export type HealthPage = 'connections' | 'rules' | 'failures' | 'held' | 'activity' | 'overview';

/** One thing that is not proven or not right. Identified by connection, side and code: see `itemKey`. */
export interface HealthItem {
  /** Stable, for metrics and for routing alerts: `kommo_token_refused`. docs/health.md lists all of them. */
  code: string;
  /** Null: about the whole installation. */
  connection: string | null;
  side: HealthSide;
  light: Exclude<Light, 'ok'>;
  /** When this light began for this code, ms. Kept over restarts. */
  since: number;
  /** One sentence with the particulars. It may change while the item stays. Never contains a secret. */
  message: string;
  /** What a person should do. */
  todo: string;
  page: HealthPage;
}

/** One thing that must be seen to work, and what has shown it. */
export interface Proof {
  /** `kommo_token`, `kommo_webhook` or `kommo_log`, `track_keys`, `app_key`, `signing_key`, `rules`. */
  name: ProofName;
  /** What it proves, as the step of the setup: "Kommo accepts the token". */
  title: string;
  isProven: boolean;
  /** Whether an item says that it does not work now, although it may have been proven before. */
  isContradicted?: boolean | undefined;
  /** When it was last seen to work with the present credential, ms; null: never. */
  at: number | null;
  /** What showed it: "a report of Customer.io that verified"; null: nothing yet. */
  by: string | null;
  /** Whether the setup is unfinished without it. */
  isRequired: boolean;
  /** What leads to the proof, while it is missing. */
  todo: string;
}

export type ProofName =
  | 'kommo_token'
  | 'kommo_webhook'
  | 'kommo_log'
  | 'track_keys'
  | 'app_key'
  | 'signing_key'
  | 'rules';

export interface SideHealth {
  side: HealthSide;
  light: Light;
  /** Since when it has this light, ms. */
  since: number;
  items: HealthItem[];
  proofs: Proof[];
}

export interface ConnectionHealth {
  connection: string;
  light: Light;
  since: number;
  /** When the process that runs the connection last judged it, ms; null: never. */
  judgedAt: number | null;
  /** `kommo`, `customerio` and `rules`. */
  sides: SideHealth[];
}

export interface Health {
  /** The worst light of all. */
  light: Light;
  /** When this was put together, ms. */
  at: number;
  installation: SideHealth;
  connections: ConnectionHealth[];
}

const SEVERITY: Record<Light, number> = { ok: 0, unknown: 1, warning: 2, broken: 3 };

/** The worst of these lights; `ok` where there is none. */
export function worstLight(lights: Light[]): Light {
  return lights.reduce((worst, light) => (SEVERITY[light] > SEVERITY[worst] ? light : worst), 'ok' as Light);
}

/** What identifies an item over time. */
export function itemKey({
  connection,
  side,
  code,
}: Pick<HealthItem, 'connection' | 'side' | 'code'>): string {
  return `${connection ?? ''}/${side}/${code}`;
}

/** All items, the worst first, then the oldest. */
export function allItems({ installation, connections }: Health): HealthItem[] {
  const sides = [installation, ...connections.flatMap((connection) => connection.sides)];
  return sides
    .flatMap(({ items }) => items)
    .sort((a, b) => SEVERITY[b.light] - SEVERITY[a.light] || a.since - b.since);
}
