import type { CustomerioSimulator } from '../customerio/index.ts';
import type { AccountTrouble, KommoSimulator } from '../kommo/index.ts';

/** Something that goes wrong with an account until somebody repairs it. */
export interface BoardFault {
  /** What a client meets. */
  what: string;
  isOn(): boolean;
  begin(): void;
  end(): void;
}

/** The wait before every answer of a slow API, in ms: longer than the patience of most clients. */
const SLOW = 12_000;

/** What the board can break, by the name in its forms. */
export function createFaults(
  kommo: KommoSimulator,
  customerio: CustomerioSimulator,
): ReadonlyMap<string, BoardFault> {
  const trouble = troubles(kommo);
  return new Map([
    ['kommo-token', flagged('Kommo refuses the token: 401', kommo.revokeToken, kommo.restoreToken)],
    ['kommo-blocked', { ...blocked(kommo), isOn: () => kommo.isBlocked }],
    ['kommo-unpaid', trouble('The Kommo account is not paid for: 402', 'payment')],
    ['kommo-away', trouble('Kommo is being maintained: 503 with a page', 'maintenance')],
    ['kommo-limit', ruled('Kommo has had too many calls: 429', kommo, 429)],
    ['kommo-slow', slow('Kommo answers after 12 seconds', kommo)],
    ['customerio-keys', keys(customerio)],
    ['customerio-away', ruled('Customer.io is away: 503 without a body', customerio, 503)],
    ['customerio-slow', slow('Customer.io answers after 12 seconds', customerio)],
  ]);
}

function flagged(what: string, begin: () => void, end: () => void): BoardFault {
  let on = false;
  return {
    what,
    isOn: () => on,
    begin() {
      on = true;
      begin();
    },
    end() {
      on = false;
      end();
    },
  };
}

const blocked = (kommo: KommoSimulator) =>
  flagged('Kommo has blocked the caller: 403 with a page', kommo.block, kommo.unblock);

/** An account has one trouble at a time: a second one takes the place of the first. */
function troubles(kommo: KommoSimulator) {
  let current: AccountTrouble | null = null;
  const set = (kind: AccountTrouble | null): void => {
    current = kind;
    kommo.setTrouble(kind);
  };
  return (what: string, kind: AccountTrouble): BoardFault => ({
    what,
    isOn: () => current === kind,
    begin: () => set(kind),
    end: () => set(null),
  });
}

/** Every call gets the status. */
function ruled(what: string, side: KommoSimulator | CustomerioSimulator, status: number): BoardFault {
  let end = (): void => {};
  return flagged(
    what,
    () => {
      end = side.faults.add({ kind: 'status', status, body: status === 503 ? 'empty' : 'json' });
    },
    () => end(),
  );
}

function slow(what: string, side: KommoSimulator | CustomerioSimulator): BoardFault {
  return flagged(
    what,
    () => side.setLatency(SLOW),
    () => side.setLatency(0),
  );
}

function keys(customerio: CustomerioSimulator): BoardFault {
  const { siteId, apiKey, appKey } = customerio.credentials;
  return flagged(
    'Customer.io refuses the Track and App API keys: 401',
    () => customerio.setCredentials({ apiKey: 'revoked', appKey: 'revoked' }),
    () => customerio.setCredentials({ siteId, apiKey, appKey }),
  );
}
