/** The lists of the mail provider, as the App API names them. */
export const suppressionTypes = ['blocks', 'bounces', 'spam_reports', 'invalid_emails'] as const;
export type SuppressionType = (typeof suppressionTypes)[number];

export interface Suppression {
  /** Unix seconds. */
  created: number;
  email: string;
  reason: string;
  /** The mail server's code, e.g. `5.1.1`; "" where there was none. */
  status: string;
  type: SuppressionType;
}

export interface SuppressionList {
  add(type: SuppressionType, email: string, reason: string): void;
  /** False when the address is not on this list. Without a type it is taken off all. */
  remove(email: string, type?: SuppressionType): boolean;
  has(email: string): boolean;
  of(email: string): Suppression[];
  /** Newest first. */
  list(type: SuppressionType): Suppression[];
}

/** The addresses that Customer.io's mail provider refuses to send to, after a hard bounce or a spam mark. */
export function createSuppressions(seconds: () => number): SuppressionList {
  const all = new Map<string, Suppression[]>();
  const fold = (email: string) => email.toLowerCase();
  const of = (email: string) => all.get(fold(email)) ?? [];
  return {
    of,
    has: (email) => of(email).length > 0,
    list: (type) =>
      [...all.values()]
        .flat()
        .filter((one) => one.type === type)
        .reverse(),
    add(type, email, reason) {
      const status = /\d\.\d{1,3}\.\d{1,3}/.exec(reason)?.[0] ?? '';
      const others = of(email).filter((one) => one.type !== type);
      all.set(fold(email), [...others, { created: seconds(), email: fold(email), reason, status, type }]);
    },
    remove(email, type) {
      const kept = of(email).filter((one) => type !== undefined && one.type !== type);
      const removed = kept.length < of(email).length;
      if (kept.length > 0) all.set(fold(email), kept);
      else all.delete(fold(email));
      return removed;
    },
  };
}
