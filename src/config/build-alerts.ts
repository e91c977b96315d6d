import { ALERT_LEVELS, ALERT_TOPICS } from '../domain/alerts.ts';
import type { ParsedAlerts } from './alerts.ts';
import type { AlertsConfig, ReceiverTarget } from './types.ts';

type ParsedReceiver = ParsedAlerts['receivers'][number];

/** @param connections the names of all connections */
export function buildAlerts({ receivers, limits }: ParsedAlerts, connections: string[]): AlertsConfig {
  return {
    receivers: receivers.map((receiver) => ({
      name: receiver.name,
      levels: receiver.levels ?? [...ALERT_LEVELS],
      topics: receiver.about ?? [...ALERT_TOPICS],
      connections: receiver.connections ?? null,
      ...targetOf(receiver, connections),
    })),
    limits: { deadLetters: limits.dead_letters, backlog: limits.backlog },
  };
}

/** `checkAlerts` has made sure that the keys of the kind are there. */
function targetOf(receiver: ParsedReceiver, connections: string[]): ReceiverTarget {
  const { kind, target_url, signing_secret, smtp_url, from, to, user, connection } = receiver;
  if (kind === 'webhook') return { kind, url: target_url!, secret: signing_secret! };
  if (kind === 'slack') return { kind, url: target_url! };
  if (kind === 'mail') return { kind, smtpUrl: smtp_url!, from: from!, to: to! };
  return { kind, user: user!, connection: connection ?? connections[0]! };
}
