import type { Coverage, Decision } from '../../../../api/types.ts';
import { decisionTexts as labels } from '../../../../texts.ts';

type Effect = Decision['effects'][number];

/**
 * A decision in sentences, the one that matters most first: who gets which campaign, or why nobody does, then what is written.
 * @param coverage the campaigns that start from events; missing while they are not known
 */
export function sentencesOf(decision: Decision, coverage: Coverage | undefined): string[] {
  const { outcome, reason, client, effects, requests } = decision;
  if (outcome !== 'planned') return [labels[outcome](reason ?? labels.noReason)];
  if (effects.length === 0) return [labels.sends(requests.length)];
  const events = effects.filter(({ kind }) => kind === 'event');
  const others = effects.filter(({ kind }) => kind !== 'event' && kind !== 'profile');
  const profiles = effects.filter(({ kind }) => kind === 'profile');
  return [
    ...events.map(({ name }) => eventSentence(name ?? '', client, coverage)),
    ...others.map(otherSentence),
    ...profiles.map(({ text }) => labels.profile(client?.name ?? null, Number(text))),
  ];
}

function eventSentence(event: string, client: Decision['client'], coverage: Coverage | undefined): string {
  const who = client?.name ?? labels.somebody;
  if (client?.canGetEmail === false) return labels.eventWithoutEmail(who, event);
  const found = coverage?.events.find((one) => one.event === event);
  if (found?.status === 'none' || found?.status === 'idle') return labels.eventWithoutCampaign(who, event);
  const running = found?.campaigns.filter(({ state }) => state === 'running') ?? [];
  return running.length === 0
    ? labels.event(who, event)
    : labels.campaigns(
        who,
        running.map(({ name }) => name),
        event,
      );
}

function otherSentence({ kind, name, text }: Effect): string {
  switch (kind) {
    case 'note':
      return labels.note(text);
    case 'task':
      return labels.task(text);
    case 'field':
      return labels.field(name ?? '', text);
    case 'tags':
      return labels.tags(text);
    default:
      return `${text}.`;
  }
}
