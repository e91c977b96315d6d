/*
 * The configuration of the run and the texts that come of it. The example's texts are marked, so that each note and task can be
 * told from all others: with the message's delivery ID, or with the person's first name, which nobody else has.
 */

/** The example, with a short timer and with texts that say what they are about. @throws Error where the example has changed */
export function markedConfig(
  example: string,
  {
    inactiveAfterS,
    twoWay,
    optInFromCrm,
  }: { inactiveAfterS: number; twoWay: boolean; optInFromCrm: boolean },
): string {
  const consent = `consent: { contact_field: "${CONTACT_FIELD}", opt_in_from_crm: ${optInFromCrm ? 'on' : 'off'} }`;
  const edits: [from: string | RegExp, to: string][] = [
    ['after: 5d', `after: ${inactiveAfterS}s`],
    [/event: (demo_scheduled|demo_completed|proposal_sent) \}/g, 'event: $1, data: { deal_id: deal.id } }'],
    ['opened email ({{ subject }})', 'opened email ({{ subject }}) [{{ delivery_id }}]'],
    ['{{ subject }}: {{ href }}', '{{ subject }}: {{ href }} [{{ delivery_id }}]'],
    ['Conversion from email {{ subject }}', 'Conversion from email {{ subject }} [{{ delivery_id }}]'],
    ['clarify preferences', 'clarify preferences [{{ contact.first_name }}]'],
    ['- check address', '- check address [{{ contact.first_name }}]'],
    ['as spam - do not email', 'as spam - do not email [{{ contact.first_name }}]'],
  ];
  if (twoWay) edits.push(['    person:\n', `    ${consent}\n    person:\n`]);
  return edits.reduce((text, [from, to]) => {
    const edited = text.replace(from, to);
    if (edited === text) throw new Error(`The example does not contain "${from}" any more.`);
    return edited;
  }, example);
}

/** The checkbox of a contact for clients who want no email. */
export const CONTACT_FIELD = 'No email';

export const SILENCE_EVENT = 'onboarding_inactive';
export const SILENCE_TASK = 'No onboarding email opened';

export const openNote = (subject: string, delivery: string) =>
  `Client opened email (${subject}) [${delivery}]`;
export const clickNote = (subject: string, href: string, delivery: string) =>
  `Clicked link in email ${subject}: ${href} [${delivery}]`;
export const conversionNote = (subject: string, delivery: string) =>
  `Conversion from email ${subject} [${delivery}]`;

export const UNSUBSCRIBED = 'Client unsubscribed from Customer.io emails - clarify preferences';
export const bounceTask = (failure: string) => `Email not delivered (${failure}) - check address`;
export const spamTask = (subject: string) => `Client marked ${subject} as spam - do not email`;

/** A note or task as it stands in Kommo: what it says, and whom it names. */
export interface ReadText {
  what: string;
  address?: string | undefined;
  firstName?: string | undefined;
  /** Whether it is about a person, wherever it stands. */
  isOfPerson?: boolean;
  /** Whether it belongs to the deal's own history, so that the same text on another deal is another effect. */
  isOfDeal?: boolean;
}

export const MANAGER_OPT_OUT = 'opt-out by a manager';
export const MANAGER_OPT_IN = 'opt-in by a manager';

export const launchNote = (event: string) => `launch of ${event}`;

/**
 * The text as it would be for a client who can get email. Whether a client could is decided when the move is planned, and an
 * unsubscribe or a bounce within the same seconds may count or not; what each of them says is a test of its own.
 */
export function readText(text: string): ReadText {
  const plain = /^Event '(\w+)' sent to Customer\.io for (\S+)$/.exec(text);
  if (plain) return { what: launchNote(plain[1]!), address: plain[2]!, isOfDeal: true };
  if (text === 'Onboarding email campaign launched in Customer.io')
    return { what: launchNote('onboarding_started'), isOfDeal: true };
  if (text === "Campaign 'deal_won' launched in Customer.io")
    return { what: launchNote('deal_won'), isOfDeal: true };
  const unmailable = /^Customer\.io has the event (\w+), but (\w+)\b.* gets no email: /.exec(text);
  if (unmailable) return { what: launchNote(unmailable[1]!), firstName: unmailable[2]!, isOfDeal: true };
  const silence = /No onboarding email opened in 5 days - reach out to ?(\w*)$/.exec(text);
  if (silence) return { what: SILENCE_TASK, firstName: silence[1]!, isOfDeal: true };
  const edit =
    /^(\S+) is (unsubscribed|subscribed again) in Customer\.io: in Kommo .* was .* by (.+)\.$/.exec(text);
  if (edit) {
    // Nobody is subscribed again without the user who answers for it. An opt-out that is found later may have no user.
    const isOptOut = edit[2] === 'unsubscribed';
    if (!isOptOut && edit[3] === 'somebody') return { what: text };
    return { what: isOptOut ? MANAGER_OPT_OUT : MANAGER_OPT_IN, address: edit[1]!, isOfPerson: true };
  }
  const marked = /^(.*) \[(\w*)\]$/.exec(text);
  const isTask = marked !== null && /clarify preferences$|check address$|do not email$/.test(marked[1]!);
  return isTask ? { what: marked[1]!, firstName: marked[2]!, isOfPerson: true } : { what: text };
}
