import type { Backfill } from './api/types.ts';
import { number, plural } from './texts.ts';

type Outcome = keyof Backfill['counts']['deals'];

/** The texts of the page that brings existing clients to Customer.io. */
export const backfillTexts = {
  title: 'Existing clients',
  lead: 'Stage rules only see deals that move. Here you bring the clients of deals that are in Kommo already to Customer.io, with their attributes. No campaign starts, and nothing is sent before you confirm the plan.',
  viewer: 'You need the editor role to plan or start.',
  form: {
    title: 'Which deals',
    stages: 'Pipelines or stages',
    stagesHint: 'Leave empty for all',
    created: 'Created',
    changed: 'Last changed',
    anyTime: 'Any time',
    ages: [
      { value: '30', label: 'In the last 30 days' },
      { value: '90', label: 'In the last 90 days' },
      { value: '365', label: 'In the last year' },
      { value: '1095', label: 'In the last 3 years' },
    ],
    owner: 'Responsible user',
    ownerHint: 'Name or email',
    field: 'Deal field',
    value: 'has the value',
    hasEmail: 'Skip deals without an email address',
    plan: 'Show the plan',
  },
  wholePipeline: (pipeline: string) => `${pipeline}: all stages`,
  states: {
    planning: 'Reading deals for the plan …',
    planned: 'Planned. Nothing has been sent.',
    running: 'Running',
    paused: 'Paused',
    stopped: 'Stopped',
    done: 'Done',
    failed: 'Failed',
  } satisfies Record<Backfill['state'], string>,
  connectionPaused: 'Waiting: the connection is paused',
  allDeals: 'All deals',
  conditions: (conditions: string[]) => `Deals ${conditions.join(', ')}`,
  card: (id: number) => `Backfill ${id}`,
  estimate: (read: number) => `An estimate from ${plural(read, 'deal')}.`,
  exact: 'All deals were read: these numbers are exact.',
  facts: {
    deals: 'Deals',
    profiles: 'New profiles',
    updates: 'Updated profiles',
    calls: 'API calls',
    time: 'Time',
  },
  about: (isExact: boolean, text: string) => (isExact ? text : `about ${text}`),
  profiles: (count: number, workspace: number | null) =>
    workspace === null
      ? `up to ${number(count)}`
      : `up to ${number(count)}; the workspace has ${number(workspace)} now`,
  calls: (kommo: number, customerio: number) =>
    `${number(kommo)} to Kommo, ${number(customerio)} to Customer.io`,
  timeAtLeast: (text: string) => `${text} or more; live changes always go first`,
  outcomesTitle: 'What happens with the deals',
  outcomes: {
    new: 'Client is added',
    updated: 'Client is updated',
    unchanged: 'Client is up to date',
    no_contact: 'Left out: no contact',
    contact_unread: 'Left out: Kommo doesn’t show the contact',
    no_email: 'Left out: no email address',
    invalid_email: 'Left out: no valid email address',
    opted_out: 'Left out: opted out',
    shared_address: 'Left out: another contact has the same address',
    duplicate: 'Left out: the client’s values come from another deal',
    deleted: 'Left out: deleted in Kommo',
    not_planned: 'Left out: couldn’t be processed',
    passed_over: 'Skipped: no email address',
  } satisfies Record<Outcome, string>,
  example: 'e.g.',
  deal: (id: number) => `deal ${id}`,
  download: 'Download who is left out (CSV)',
  eventsTitle: 'Campaigns',
  eventsLead:
    'No campaign starts by itself. For clients whose deals stand in one of these stages, you can also prepare the stage’s event. It waits under Held deals until you decide there.',
  eventOf: (title: string, event: string, deals: number) =>
    `${title}: “${event}” for ${plural(deals, 'deal')}`,
  start: (people: number, isExact: boolean) =>
    `Send ${isExact ? '' : 'about '}${plural(people, 'person', 'people')} to Customer.io`,
  startSure: (people: number, stages: number) =>
    `${plural(people, 'profile')} will be added or updated. ${
      stages === 0 ? 'No event is sent.' : `The events of ${plural(stages, 'stage')} are prepared and held.`
    }`,
  pause: 'Pause',
  resume: 'Resume',
  stop: 'Stop',
  stopSure: 'What was sent stays in Customer.io. The rest is not sent.',
  discard: 'Discard the plan',
  progress: (done: number, total: number) => `${number(done)} of ${number(total)} deals`,
  progressLabel: 'Progress',
  rate: (perSecond: number) => `${number(Math.max(1, Math.round(perSecond)))} a second`,
  left: (text: string) => `about ${text} left`,
  held: (title: string) => `The events of ${title} wait for your decision.`,
  seeHeld: 'See the held deals',
  before: 'Earlier',
  span(seconds: number): string {
    if (seconds < 90) return plural(Math.max(1, Math.ceil(seconds)), 'second');
    const minutes = Math.ceil(seconds / 60);
    return minutes < 100 ? plural(minutes, 'minute') : plural(Math.ceil(minutes / 60), 'hour');
  },
};
