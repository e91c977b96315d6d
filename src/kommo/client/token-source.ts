/** A token, and where the account that it belongs to answers. */
export interface AccessToken {
  value: string;
  /** The account's origin where it has moved since it was configured (a renamed subdomain); null: as configured. */
  origin: string | null;
}

/** What a person does where Kommo refuses a token, as sentences for error texts. */
export interface TokenAdvice {
  /** Kommo does not accept the token. */
  refused: string;
  /** The token has no right for a call. */
  missingRight: string;
}

/** Where a client gets the token of each call from. */
export interface TokenSource {
  readonly advice: TokenAdvice;
  /**
   * The token for the next call.
   * @throws DeliveryError `unauthorized` where somebody must grant access, `retryable` where it cannot be read now
   */
  current(): AccessToken | Promise<AccessToken>;
  /**
   * To be called when Kommo has refused a call with this token, or no account answers at its address.
   * @returns another token, with which the call is repeated once; null where there is none
   * @throws DeliveryError as `current`
   */
  refused(token: AccessToken): Promise<AccessToken | null>;
}

/** A long-lived token: nothing comes after it. @param read called for each call */
export function longLivedToken(read: () => string): TokenSource {
  return {
    advice: {
      refused:
        'Create a new token in Kommo, and enter it on the page Connections or put it into the configuration.',
      missingRight: 'Use the token of an administrator.',
    },
    current: () => ({ value: read(), origin: null }),
    refused: async () => null,
  };
}
