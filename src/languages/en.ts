import { roughDuration } from '../lib/duration.ts';
import { health } from './health/en.ts';
import { problems } from './problems/en.ts';
import { rules } from './rules/en.ts';

/*
 * The sentences that the server makes for readers, in English; `es.ts` and `pt.ts` have the same keys. A parameter `when` is one
 * of `times`, and may be empty.
 */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export const en = {
  times: {
    justNow: 'just now',
    secondsAgo: (count: number) => `${count} s ago`,
    minutesAgo: (count: number) => `${count} min ago`,
    hoursAgo: (count: number) => `${count} h ago`,
    /** `on 12 Nov 2026`. @param month 1 to 12. @param year null for the current one */
    onDay: (day: number, month: number, year: number | null) =>
      `on ${day} ${MONTHS[month - 1]}${year === null ? '' : ` ${year}`}`,
    /** `12 seconds later`. @param seconds above 0 */
    later: (seconds: number) => `${roughDuration(seconds)} later`,
  },

  /**
   * Why an event led to nothing. The planner stores these sentences in English; `translateReason` finds the sentence again, and
   * gives its parts to the same one of another language. All parameters are texts.
   */
  reasons: {
    noRule: (stage: string, pipeline: string) =>
      `No rule for the stage ${stage} of the pipeline ${pipeline}.`,
    noReaction: (report: string) => `No rule for ${report}, so nothing was written to Kommo.`,
    noSyncedField: 'No synced field changed.',
    contactUnknown: 'This contact is not in Customer.io yet.',
    contactsUnknown: 'No contact of this deal is in Customer.io yet.',
    personUnknown: (person: string) =>
      `${person} is not in Customer.io yet: the deal has not entered a stage with a rule.`,
    attributesOfOtherDeal: (person: string, deal: string) =>
      `The attributes of ${person} come from deal ${deal}, which entered a stage last.`,
    dealGone: 'The deal no longer exists in Kommo.',
    dealUnseen: (limit: string) =>
      `Kommo does not return the deal yet. The event waits for it, until ${limit} after the stage change.`,
    dealDeleted: 'The deal was deleted, so its inactivity timers were stopped.',
    deletedWhileHeld: 'The deal was deleted while the event was held.',
    deletedWhileWaiting: 'The deal was deleted before it had a contact with an email.',
    noContact: 'The deal has no contact.',
    contactWithoutEmail: (contact: string) => `Contact ${contact} has no email.`,
    waitsForEmail: (limit: string) =>
      `The event waits for a contact with an email, until ${limit} after the stage change.`,
    waitsForContact: (limit: string) =>
      `The event waits for a contact, until ${limit} after the stage change.`,
    waitedForEmail: (limit: string) =>
      `The event has waited ${limit} for a contact with an email (wait_for_contact).`,
    waitedForContact: (limit: string) => `The event has waited ${limit} for a contact (wait_for_contact).`,
    contactTooLate: 'The contact came too late.',
    reportedLate: (hours: string) =>
      `Skipped: this stage change was reported more than ${hours} hours after it happened (skip_moves_after).`,
    leftSinceBackfill: 'The deal has left the stage since the backfill.',
    sentByBackfill: 'A backfill has sent the event of this stage already, after this stage change.',
    sentByLaterChange:
      'The deal has entered the stage again since the backfill, and that stage change has sent the event.',
    sentOnce: (event: string, deal: string, day: string, once: string) =>
      `${event} was sent for ${deal} ${day} already, and the rule sends it once per ${once} (once: ${once}).`,
    skipsUnmailable: 'The rule sends nothing for clients who get no email (unmailable_clients: skip).',
    held: (deals: string, within: string) =>
      `The event is held until somebody decides on the page Held deals: more than ${deals} deals entered this stage within ${within}.`,
    released: (who: string) => `Released by ${who}; the event is sent behind new ones.`,
    discarded: (who: string, why: string) => `The event was held and then discarded by ${who}: ${why}`,
    machine: 'A machine did this (mail privacy, prefetching or a link scanner), not the client.',
    maybeMachine:
      'The activity log does not say whether a person or a machine did this, so it counts as a machine’s.',
    otherRecipient: (address: string) =>
      `The message went to ${address}, which is not the client, so the report says nothing about the client.`,
    notFirst: (report: string) =>
      `Not the first ${report} of this message, and the rule acts on the first only (repeat: first).`,
    refusedForNow: 'The mail server refused the email for now only; the next may arrive.',
    formerAddress: (address: string) =>
      `The email went to ${address}, which is not the client's address any more.`,
    alreadySet: (field: string, value: string) =>
      `${field} is already "${value}", so there is nothing to do.`,
    laterReport: (field: string, value: string) => `A later report has set ${field} to "${value}".`,
    laterReportOtherwise: 'A later report says otherwise.',
    optedOut: (field: string, value: string) =>
      `The client has opted out (${field} is "${value}"): only a new subscription changes that.`,
    noClient: 'No client in Kommo matches this report.',
    noContactWithEmail: (address: string) => `No contact in Kommo has the email ${address}.`,
    noDealOfContact: (contact: string) => `The contact ${contact} has no deal.`,
    noAddressInReport: 'The report has no email address, and Stagepost does not know this person.',
    ruleRemoved: (event: string) => `The inactivity rule for ${event} was removed from the rules.`,
    activeInTime: (what: string) => `The client was active in time: ${what} came before the timer ran out.`,
    notContactAnyMore: (person: string) => `${person} is not a contact of the deal any more.`,
    leftStageOfTimer: 'The deal has left the stage that started the timer (stop_when: stage_left).',
    timerStopped: 'It stopped the inactivity timer.',
  },

  /** The same by the stored code, for a sentence that is none of `reasons`. */
  reasonCodes: {
    unsubscribed: 'The client has unsubscribed.',
    complained: 'The client has marked an email as spam.',
    bounced: 'The client’s address bounces.',
    suppressed: 'The client’s address is on a suppression list.',
    no_address: 'The client has no email address.',
    no_contact: 'The deal has no contact with an email.',
    no_rule: 'The stage has no rule.',
    condition: 'The rule’s condition does not hold (if).',
    once: 'The rule sends its event once, and has sent it before (once).',
    repeated: 'The event of this stage has been sent already.',
    late: 'The stage change was reported too late, or its contact came too late.',
    left: 'The deal has left the stage before the event went out.',
    gone: 'Kommo does not return the deal.',
    failed: 'The event could not be processed.',
  },

  /** The titles of events. A deal is given by its name, or by `deal(id)`. */
  events: {
    deal: (id: number) => `Deal ${id}`,
    stage: (id: number) => `stage ${id}`,
    stageOf: (stage: string, pipeline: string | number) => `"${stage}" (${pipeline})`,
    backfilledIn: (backfill: number, deal: string, stage: string) =>
      `Backfill ${backfill}: ${deal} stands in ${stage}`,
    backfilled: (backfill: number, deal: string) => `Backfill ${backfill}: ${deal}`,
    /** The deal's number within a sentence. */
    dealWithin: (id: number) => `deal ${id}`,
    dealCreated: (deal: string, stage: string) => `${deal} was created in ${stage}`,
    dealMoved: (deal: string, from: string, to: string) => `${deal} moved from "${from}" to ${to}`,
    dealChanged: (deal: string) => `${deal} changed`,
    dealDeleted: (deal: string) => `${deal} was deleted`,
    dealRestored: (deal: string) => `${deal} was restored`,
    contactChanged: (id: number) => `Contact ${id} changed`,
    contactDeleted: (id: number) => `Contact ${id} was deleted`,
    contactRestored: (id: number) => `Contact ${id} was restored`,
    contactMerged: (id: number) => `Contacts were merged into contact ${id}`,
    inactivity: (event: string) => `No activity since ${event}`,
    removed: (kind: string) => `${kind} (its contents were removed after the retention time)`,
  },

  /** Reports of Customer.io. `by`: who acted; `to`: whose message it is; `message`: one of `messages`, or `"Your invoice"`. */
  reports: {
    sent: (_by: string, message: string, to: string) => `${message} was sent to ${to}`,
    delivered: (_by: string, message: string, to: string) => `${message} was delivered to ${to}`,
    opened: (by: string, message: string, _to: string) => `${by} opened ${message}`,
    clicked: (by: string, message: string, _to: string) => `${by} clicked a link in ${message}`,
    replied: (by: string, message: string, _to: string) => `${by} replied to ${message}`,
    converted: (by: string, message: string, _to: string) => `${by} reached the goal of ${message}`,
    bounced: (_by: string, message: string, to: string) => `${message} to ${to} bounced`,
    dropped: (_by: string, message: string, to: string) => `${message} was not sent to ${to}`,
    deferred: (_by: string, message: string, to: string) => `${message} to ${to} is delayed`,
    failed: (_by: string, message: string, to: string) => `${message} to ${to} failed`,
    undeliverable: (_by: string, message: string, to: string) => `${message} to ${to} could not be delivered`,
    spammed: (by: string, message: string, _to: string) => `${by} marked ${message} as spam`,
    subscribed: (by: string, _message: string, _to: string) => `${by} subscribed`,
    unsubscribed: (by: string, _message: string, _to: string) => `${by} unsubscribed`,
    cio_subscription_preferences_changed: (by: string, _message: string, _to: string) =>
      `${by} changed their subscription preferences`,
  },
  /** A report whose metric is none of `reports`. */
  otherReport: (name: string, to: string) => `Customer.io reports ${name} for ${to}`,
  machine: (client: string) => `A machine (not ${client})`,
  somebody: 'somebody',

  messages: {
    email: 'an email',
    in_app: 'an in-app message',
    push: 'a push message',
    slack: 'a Slack message',
    sms: 'a text message',
    whatsapp: 'a WhatsApp message',
    other: 'a message',
  },

  /** How far a message came: "opened twice (once by a machine)". */
  steps: {
    sent: 'sent',
    delivered: 'delivered',
    opened: 'opened',
    clicked: 'clicked',
    replied: 'replied',
    converted: 'converted',
    unsubscribed: 'unsubscribed',
    spammed: 'marked as spam',
    bounced: 'bounced',
    dropped: 'not sent',
    failed: 'could not be sent',
    undeliverable: 'could not be delivered',
    addressSuppressed: 'not sent: the address is suppressed',
    times: (count: number) => (count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`),
    byMachine: 'by a machine',
    byMachines: 'by machines',
  },

  senders: {
    campaign: 'Campaign',
    newsletter: 'Newsletter',
    broadcast: 'Broadcast',
    transactional: 'Transactional message',
    withMessage: (sender: string, message: string) => `${sender}, message "${message}"`,
  },

  /** Actions in one line each. */
  actions: {
    note: (deal: number, text: string) => `Kommo: note on deal ${deal}: ${text}`,
    task: (deal: number, due: string, text: string) => `Kommo: task on deal ${deal}, due ${due}: ${text}`,
    closeTask: (deal: number, text: string) => `Kommo: close the task on deal ${deal}: ${text}`,
    setField: (deal: number, field: string, value: string) => `Kommo: ${field} = ${value} on deal ${deal}`,
    tags: (deal: number, changes: string) => `Kommo: tags of deal ${deal}: ${changes}`,
    track: (event: string, person: string) => `Customer.io: event ${event} for ${person}`,
    identify: (person: string, attributes: number) =>
      `Customer.io: identify ${person}, ${attributes} ${attributes === 1 ? 'attribute' : 'attributes'}`,
    subscribe: (person: string) => `Customer.io: subscribe ${person}`,
    unsubscribe: (person: string) => `Customer.io: unsubscribe ${person}`,
    deletePerson: (person: string) => `Customer.io: delete ${person}`,
    merge: (from: string, into: string) => `Customer.io: merge the profile ${from} into ${into}`,
    changeEmail: (from: string, to: string) => `Customer.io: change the email ${from} to ${to}`,
    setEmailAgain: (email: string, person: string) =>
      `Customer.io: set the email ${email} of ${person} again`,
    removeEmail: (email: string, person: string) => `Customer.io: remove the email ${email} of ${person}`,
    liftSuppression: (email: string) =>
      `Customer.io: take ${email} off the mail provider’s suppression lists`,
    checkSuppression: (email: string) => `Customer.io: look up whether the mail provider suppresses ${email}`,
  },

  /** Why a client gets no email, after "gets no email:". */
  mailability: {
    unsubscribed: (when: string) => `unsubscribed ${when}`,
    complained: (when: string) => `marked an email as spam ${when}`,
    bounced: (when: string) => `the address bounced ${when}`,
    suppressed: (when: string) => `the address was on a suppression list ${when}`,
    no_address: (_when: string) => 'no email address',
    can: 'can be emailed',
    cannot: (reason: string) => `can’t be emailed: ${reason}`,
  },

  /** Where the state of a client began. */
  origins: {
    report: 'reported by Customer.io',
    activity: 'found in Customer.io’s activity logs, without a report',
    kommo: 'set in Kommo',
    kommoBy: (who: string) => `set in Kommo by ${who}`,
    console: 'set in Stagepost',
    consoleBy: (who: string) => `set in Stagepost by ${who}`,
  },

  /** "Why did this client get no email?" */
  answer: {
    theClient: 'The client',
    thisClient: 'this client',
    notGot: (name: string) => `${name} did not get an email`,
    notGotYet: (name: string) => `${name} has got no email yet`,
    getsNone: (name: string, reason: string) => `${name} gets no email: ${reason}.`,
    getsNoMore: (name: string, reason: string) => `${name} gets no more email: ${reason}.`,
    but: (text: string) => `But ${text}`,
    noReason: 'no reason is stored',
    waitsForContact: 'the event waits for a contact with an email',
    held: 'the event is held until somebody decides',
    noneReachesIt: 'so no email reaches it',
    nowhereToSend: 'so there is nowhere to send it',
    nothingSent: 'so Customer.io sends nothing',
    accepted: (event: string | null, when: string) =>
      `The event${event === null ? '' : ` ${event}`} was accepted ${when}.`,
    noCampaign: (event: string | null) =>
      `no running campaign in Customer.io starts with the event ${event}.`,
    noneReported: (name: string) => `Customer.io has reported no email to ${name} since.`,
    campaignMayWait: 'The campaign may wait, leave the client out, or be stopped: see it there.',
    nothingMoreSent: (title: string) => `${title}, so nothing more is sent for it.`,
    noStageYet: (name: string) =>
      `No deal of ${name} has entered a stage yet, so Stagepost has started no campaign.`,
    timers: (events: string[]) =>
      events.length === 1
        ? `The inactivity timer of ${events[0]} is running.`
        : `The inactivity timers of ${events.join(', ')} are running.`,
    /** A sentence after a colon. Names keep their capital. */
    afterColon: (text: string) => text.replace(/^(No|The|This) /, (word) => word.toLowerCase()),
    undecided: 'Stagepost has not decided yet what to do.',
    lastAttemptFailed: (error: string) => `The last attempt failed: ${error}`,
    waitsToBeSent: (event: string | null, done: number, all: number) =>
      `${event === null ? 'the event' : `the event ${event}`} waits to be sent (${done} of ${all} actions are done).`,
    refused: (count: number, first: string, error: string) =>
      `${count === 1 ? '1 action was refused' : `${count} actions were refused`}: ${first} The answer: ${error}`,
    anActionRefused: 'an action was refused.',
    removed: 'removed',
    nothingStored: (what: string) =>
      `Stagepost has stored nothing about ${what}. If something should be here, check the setup with: stagepost doctor`,
    unknownDeal: (id: string) =>
      `deal ${id}: no webhook has named it, and Kommo's events log has no stage change of it`,
    unknownClient: (address: string) =>
      `${address}: none of their deals has entered a stage, and no Customer.io report has named them`,
    maybeUnprocessed: (address: string, reason: string) =>
      `Stagepost has stored nothing about ${address} yet. Moved deals and reports wait to be processed, and theirs may be among them: ${reason}`,
    severalMatch: (count: number, typed: string) =>
      `${count} clients or deals match "${typed}". Choose one of them.`,
    noneMatches: (typed: string) =>
      `No client or deal matches "${typed}". Stagepost knows clients whose deal has entered a stage since it was connected, and clients who were emailed.`,
  },

  /** What has become of an email, in the answer. */
  email: {
    unnamed: 'the email',
    named: (subject: string) => `the email "${subject}"`,
    ofCampaign: (email: string, campaign: string) => `${email} of the campaign "${campaign}"`,
    sent: (email: string, name: string, when: string) =>
      `${email} to ${name} was sent ${when}. Its delivery has not been reported yet.`,
    got: (name: string, email: string, when: string) => `${name} got ${email} ${when}`,
    clicked: (got: string) => `${got} and clicked a link in it.`,
    opened: (got: string) => `${got} and opened it.`,
    openedByMachine: (got: string) =>
      `${got}. Only a machine has opened it so far (mail privacy, prefetching or a link scanner).`,
    notOpened: (got: string) => `${got}. It has not been opened yet.`,
    notGot: (name: string, email: string, failure: string, when: string, details: string | null) =>
      `${name} did not get ${email}: ${failure} ${when}${details === null ? '' : ` (${details})`}.`,
    failures: {
      bounced: 'it bounced',
      dropped: 'Customer.io did not send it, because the address is suppressed',
      failed: 'Customer.io could not send it',
      undeliverable: 'Customer.io could not deliver it',
    },
  },

  /** Why an event on a client's page shows no email. */
  withoutEmail: {
    unsubscribed: 'No email: the client had unsubscribed',
    complained: 'No email: the client had marked an email as spam',
    bounced: 'No email: the address had bounced',
    suppressed: 'No email: the address is on a suppression list',
    no_address: 'No email: the client has no email address',
    notYet: 'No email reported yet',
    none: 'No email reported: the campaign may wait, leave the client out, or be stopped',
  },

  problems,
  rules,
  health,
};

export type Sentences = typeof en;
