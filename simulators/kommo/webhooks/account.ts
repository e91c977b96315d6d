/** What bodies need to know of the account. */
export interface HookAccount {
  id: number;
  subdomain: string;
  /** Host in `account[_links][self]`. Default `{subdomain}.kommo.com`. */
  webHost?: string;
  /** IANA name, for birthdays. Default UTC. */
  timezone?: string;
  /** For a zone that this machine does not know. */
  timezoneOffset?: string;
}
