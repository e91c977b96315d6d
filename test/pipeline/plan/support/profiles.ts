import type { ActionOf } from '../../../../src/domain/actions.ts';
import type { UnixSeconds } from '../../../../src/domain/entities.ts';

/** The setting `unsubscribed`; its topics have their own ids. */
export const SETTING = 'unsubscribed';
const TOPIC_ATTRIBUTE = 'cio_subscription_preferences.topics.';

/** What a profile has of consent: whether the setting and each topic are off, and since when. */
type Switches = Map<string, { isOff: boolean; at: UnixSeconds }>;

/** The report that follows a change of a profile. Preferences carry every topic that was ever switched. */
export interface ProfileReport {
  name: string;
  email: string;
  content?: string;
}

/** The profiles at Customer.io, which reports changes only and ignores an attribute that is older than the one it has. */
export class Profiles {
  readonly #profiles: ReadonlyMap<string, Switches>;

  constructor(emails: string[]) {
    this.#profiles = new Map(emails.map((email) => [email, new Map()]));
  }

  isOff(email: string, scope: string): boolean {
    return this.#profiles.get(email)?.get(scope)?.isOff ?? false;
  }

  /** The client's own change, or one by an attribute. @returns its report; null where nothing changes */
  set(email: string, scope: string, isOff: boolean, at: UnixSeconds): ProfileReport | null {
    const profile = this.#profiles.get(email);
    if (profile === undefined || at < (profile.get(scope)?.at ?? 0)) return null;
    const before = this.isOff(email, scope);
    profile.set(scope, { isOff, at });
    if (before === isOff) return null;
    if (scope === SETTING) return { name: isOff ? 'customer_unsubscribed' : 'customer_subscribed', email };
    return { name: 'cio_subscription_preferences_changed', email, content: this.#content(email) };
  }

  /** Applies the attributes of an identify that concern consent. @returns the reports of what it changes */
  identify({ person, attributes, timestamp }: ActionOf<'identify'>): ProfileReport[] {
    const reports = Object.entries(attributes).map(([name, value]) => {
      if (typeof value !== 'boolean') return null;
      if (name === SETTING) return this.set(person, SETTING, value, timestamp);
      if (!name.startsWith(TOPIC_ATTRIBUTE)) return null;
      return this.set(person, name.slice(TOPIC_ATTRIBUTE.length), !value, timestamp);
    });
    const made = reports.filter((report) => report !== null);
    const ofTopics = made.filter(({ content }) => content !== undefined);
    // One call changes all its topics at once.
    return [...made.filter(({ content }) => content === undefined), ...ofTopics.slice(-1)];
  }

  #content(email: string): string {
    const topics = [...(this.#profiles.get(email) ?? [])].filter(([scope]) => scope !== SETTING);
    return JSON.stringify({ topics: Object.fromEntries(topics.map(([id, { isOff }]) => [id, !isOff])) });
  }
}
