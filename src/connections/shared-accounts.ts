/** The account and the workspace of a connection; null where they are not known. */
export interface Accounts {
  connection: string;
  accountId: number | null;
  workspaceId: number | null;
}

/** The other connections with the same Kommo account, and with the same Customer.io workspace, by name. */
export interface SharedAccounts {
  kommo: string[];
  customerio: string[];
}

/** Which of these connections share an account or a workspace with a connection, which need not be one of them. Pure. */
export function sharedWith(own: Accounts, all: readonly Accounts[]): SharedAccounts {
  const others = all.filter(({ connection }) => connection !== own.connection);
  const same = (idOf: (accounts: Accounts) => number | null) =>
    others
      .filter((other) => idOf(own) !== null && idOf(other) === idOf(own))
      .map(({ connection }) => connection);
  return {
    kommo: same(({ accountId }) => accountId),
    customerio: same(({ workspaceId }) => workspaceId),
  };
}
