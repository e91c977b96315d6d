import { plural } from './texts.ts';

/** What rules decide about a deal or an event, in sentences. */
export const decisionTexts = {
  somebody: 'The client',
  event: (who: string, event: string) => `Customer.io gets the event ${event} for ${who}.`,
  campaigns: (who: string, campaigns: string[], event: string) =>
    `${who} gets the ${campaigns.length === 1 ? 'campaign' : 'campaigns'} ${campaigns.map((name) => `“${name}”`).join(' and ')}, which ${campaigns.length === 1 ? 'starts' : 'start'} with the event ${event}.`,
  eventWithoutCampaign: (who: string, event: string) =>
    `Customer.io gets the event ${event} for ${who}, but no running campaign starts with it.`,
  eventWithoutEmail: (who: string, event: string) =>
    `Customer.io gets the event ${event} for ${who}, who can’t get email.`,
  note: (text: string) => `The note says: “${text}”`,
  task: (text: string) => `A task is created: “${text}”`,
  field: (field: string, value: string) => `The field ${field} becomes “${value}”.`,
  tags: (changes: string) => `The tags of the deal change: ${changes}.`,
  profile: (who: string | null, count: number) =>
    `${who === null ? 'The profile' : `${who}’s profile`} in Customer.io is updated: ${plural(count, 'attribute')}.`,
  sends: (count: number) => (count === 0 ? 'Nothing is sent.' : `${plural(count, 'request')} would be sent.`),
  ignored: (reason: string) => `Nothing happens: ${reason}`,
  parked: (reason: string) => `It waits: ${reason}`,
  waiting: (reason: string) => `It waits: ${reason}`,
  noReason: 'no reason given.',
  requests: (count: number) => (count === 0 ? 'No requests' : `See the ${plural(count, 'request')}`),
};
