import {
  closedStage,
  daysInput,
  eventInput,
  LOST,
  NO_PARTS,
  namedStage,
  type RecipeContext,
  type RecipeDefinition,
  sentEventInput,
  stageInput,
  stageParts,
  textInput,
  WON,
} from './recipe.ts';

const onboarding: RecipeDefinition = {
  id: 'onboarding',
  title: 'Onboarding series',
  sentence: 'A new client gets a welcome series as soon as the deal is won.',
  does: [
    'When a deal enters the stage, the client is created or updated in Customer.io.',
    'Customer.io gets the event that starts your onboarding campaign.',
    'The deal gets a note that the campaign has started.',
  ],
  inputs: (context) => [
    stageInput('stage', 'When a deal enters', closedStage(context, WON)),
    eventInput(
      'event',
      'Send this event',
      'onboarding_started',
      'The campaign in Customer.io has the same event as its trigger.',
    ),
  ],
  isSuggested: () => true,
  parts: (choices) => stageParts(choices, "Onboarding emails started in Customer.io ('{{ event }}')"),
};

/** Names of stages of a demonstration or a meeting in English, Spanish and Portuguese. */
const DEMO = /demo|present|meeting|reuni[oó]n|reuni[aã]o|demostra|demonstra|apresenta|visita/i;
/** Words for what is over: a follow-up must not go out when the demo has only been scheduled. */
const OVER =
  /done|completed?|held|took place|shown|given|after|finished|hech|realizad|completad|despu[eé]s|feit|conclu[ií]d|ap[oó]s/i;

const demoStage = (context: RecipeContext) => namedStage(context, DEMO, OVER) ?? namedStage(context, DEMO);

const demoFollowUp: RecipeDefinition = {
  id: 'demo_follow_up',
  title: 'Demo follow-up',
  sentence:
    'After a demo or meeting the client gets what was promised, without anybody having to remember it.',
  does: [
    'When a deal enters the stage, Customer.io gets the event that starts your follow-up.',
    'The deal gets a note that the campaign has started.',
  ],
  inputs: (context) => [
    stageInput('stage', 'When a deal enters', demoStage(context)),
    eventInput('event', 'Send this event', 'demo_done'),
  ],
  isSuggested: (context) => demoStage(context) !== null,
  parts: (choices) => stageParts(choices, "Follow-up emails started in Customer.io ('{{ event }}')"),
};

const winBack: RecipeDefinition = {
  id: 'win_back',
  title: 'Win-back',
  sentence: 'A client who has decided against you hears from you again later.',
  does: [
    'When a deal is lost, Customer.io gets the event that starts your win-back campaign; the campaign itself waits as long as you like.',
    'The deal gets a note that the campaign has started.',
  ],
  inputs: (context) => [
    stageInput('stage', 'When a deal enters', closedStage(context, LOST)),
    eventInput('event', 'Send this event', 'deal_lost'),
  ],
  isSuggested: () => false,
  parts: (choices) => stageParts(choices, "Win-back emails started in Customer.io ('{{ event }}')"),
};

const engagement: RecipeDefinition = {
  id: 'engagement',
  title: 'Opens and clicks on the deal',
  sentence: 'Whoever works on the deal sees what the client has opened and clicked.',
  does: [
    'The first open of each email becomes a note on the deal; opens by machines do not count.',
    'Every click becomes a note with the link.',
  ],
  inputs: () => [],
  isSuggested: () => true,
  parts: () => ({
    ...NO_PARTS,
    reactions: {
      email_opened: { note: 'Client opened the email "{{ subject }}"', repeat: 'first' },
      email_clicked: { note: 'Client clicked in the email "{{ subject }}": {{ href }}', repeat: 'every' },
    },
  }),
};

const consent: RecipeDefinition = {
  id: 'consent',
  title: 'Opt-outs and bounces',
  sentence:
    'Nobody writes to a client who does not want email or whose address is wrong, and somebody takes care of it.',
  does: [
    'A field of the deal shows whether the client can be emailed.',
    'After an unsubscribe, a bounce or a spam complaint the responsible user gets a task.',
  ],
  inputs: () => [
    textInput(
      'field',
      'Field of the deal',
      'email_status',
      'Stagepost makes it as a list if the account does not have it.',
    ),
    daysInput('due', 'Days for the task', 1, 365),
  ],
  isSuggested: () => true,
  parts(choices) {
    const show = (value: string) => ({ field: { [String(choices.field)]: value } });
    const task = (text: string) => ({ task: { text, due: `${choices.due}d` } });
    return {
      ...NO_PARTS,
      reactions: {
        email_unsubscribed: {
          ...show('unsubscribed'),
          ...task('Client unsubscribed from emails: ask how they want to hear from us'),
        },
        email_bounced: {
          ...show('bounced'),
          ...task('Email not delivered ({{ failure_message }}): check the address'),
        },
        email_spammed: {
          ...show('spam'),
          ...task('Client marked "{{ subject }}" as spam: do not email them'),
        },
        customer_subscribed: show('subscribed'),
      },
    };
  },
};

const inactivity: RecipeDefinition = {
  id: 'inactivity',
  title: 'No reaction',
  sentence: 'When a client opens nothing for some days, a person takes over.',
  does: [
    'A timer starts with the event of a stage, and stops when the client opens an email.',
    'It also stops when the deal is lost, and for a client who unsubscribes or whose address bounces.',
    'When it runs out, Customer.io gets an event and the responsible user a task.',
  ],
  inputs: () => [
    sentEventInput(
      'start',
      'Starts with the event',
      'onboarding_started',
      'One of the events that the stages above send.',
    ),
    daysInput('days', 'Days without an open', 5, 365),
    eventInput('event', 'Then send this event', 'onboarding_inactive'),
  ],
  isSuggested: () => true,
  parts: (choices) => ({
    ...NO_PARTS,
    timers: [
      {
        start: String(choices.start),
        after: `${choices.days}d`,
        unless: 'email_opened',
        event: String(choices.event),
        stop_when: ['lost', 'unsubscribed', 'bounced'],
        task: { text: `No email opened in ${choices.days} days: call {{ contact.first_name }}`, due: '1d' },
      },
    ],
  }),
};

/** All recipes, in the order in which they are shown. */
export const RECIPES: readonly RecipeDefinition[] = [
  onboarding,
  demoFollowUp,
  winBack,
  engagement,
  consent,
  inactivity,
];
