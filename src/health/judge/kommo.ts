import { webhookEventLabels } from '../../kommo/index.ts';
import { type Draft, draft } from '../codes.ts';
import type { ConnectionFacts, KommoHook } from '../facts.ts';
import type { Proof } from '../health.ts';
import { type FailureCodes, judgeCalls } from './apis.ts';
import { judgeLane } from './lanes.ts';
import { proofOf } from './proofs.ts';

const DAY_MS = 86_400_000;
/** A refused webhook is shown for this long after the last one, ms, where a good one has not followed. */
const REFUSED_SHOWN_MS = 10 * 60_000;
/** Webhooks that arrived within this time show that the address in Kommo leads here, ms. */
const ARRIVES_MS = 10 * 60_000;

const CALLS: FailureCodes = {
  refused: 'kommo_token_refused',
  unpaid: 'kommo_unpaid',
  rights: 'kommo_rights_missing',
  blocked: 'kommo_blocked',
  throttled: 'kommo_throttled',
  unreachable: 'kommo_unreachable',
  failing: 'kommo_failing',
  wrong_address: 'kommo_wrong_address',
};

export function judgeKommo(facts: ConnectionFacts): { items: Draft[]; proofs: Proof[] } {
  const token = proofOf(facts, 'kommo_token');
  const webhook = proofOf(facts, 'kommo_webhook');
  const items = [...judgeToken(facts, token), ...judgeWebhook(facts, webhook), ...judgeLane('kommo', facts)];
  return { items, proofs: [token, webhook] };
}

function judgeToken(facts: ConnectionFacts, proof: Proof): Draft[] {
  const { connection, kommo, now, tokenEndsAt } = facts;
  const calls = judgeCalls(kommo, CALLS, connection, now);
  if (tokenEndsAt !== null && tokenEndsAt <= now)
    return [
      draft('kommo_token_ended', connection, `The token of Kommo ended on ${day(tokenEndsAt)}.`),
      ...calls,
    ];
  const ending = tokenEndsAt === null ? [] : judgeEnd(connection, tokenEndsAt, now);
  const unproven =
    proof.isProven || calls.length > 0
      ? []
      : [draft('kommo_token_unproven', connection, 'Kommo has not accepted the token yet.')];
  return [...calls, ...ending, ...unproven];
}

function judgeEnd(connection: string, endsAt: number, now: number): Draft[] {
  const days = Math.ceil((endsAt - now) / DAY_MS);
  if (days > 14) return [];
  const message = `The token of Kommo ends in ${days} ${days === 1 ? 'day' : 'days'}, on ${day(endsAt)}.`;
  return [draft(days <= 3 ? 'kommo_token_ends_soon' : 'kommo_token_ends', connection, message)];
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function judgeWebhook(facts: ConnectionFacts, proof: Proof): Draft[] {
  const { connection, silentMoveAt, now } = facts;
  const items = [...judgeHooks(facts), ...judgeRefused(facts)];
  if (silentMoveAt !== null) {
    const minutes = Math.max(1, Math.round((now - silentMoveAt) / 60_000));
    const message = `A deal moved in Kommo ${minutes} min ago, and no webhook has arrived since.`;
    items.push(draft('kommo_webhook_silent', connection, message));
  }
  if (items.length === 0 && !proof.isProven)
    items.push(draft('kommo_webhook_unproven', connection, 'No webhook of Kommo has arrived yet.'));
  return items;
}

/** The webhooks in Kommo's list. An account without one may use the Digital Pipeline, whose webhooks no API lists. */
function judgeHooks({ connection, hooks, evidence, publicUrl, now }: ConnectionFacts): Draft[] {
  if (hooks === null) return [];
  const right = hooks.value.filter(({ hasRightSecret }) => hasRightSecret);
  const wrong = hooks.value.filter(({ hasRightSecret }) => !hasRightSecret);
  if (right.length === 0) {
    if (wrong.length > 0) return [wrongSecret(connection, wrong[0]!, 'broken')];
    const usesPipelineHooks = evidence.current.has('kommo_webhook') && !isListed(evidence);
    if (usesPipelineHooks) return [];
    return [
      draft('kommo_webhook_missing', connection, 'Kommo has no webhook that leads to this connection.'),
    ];
  }
  if (right.every(({ disabled }) => disabled))
    return [
      draft(
        'kommo_webhook_disabled',
        connection,
        `Kommo has switched off the webhook to ${right[0]!.address}.`,
      ),
    ];
  const active = right.filter(({ disabled }) => !disabled);
  const items = judgeAddress(connection, active, publicUrl, lastWebhook(evidence), now);
  const lacks = active.map((hook) => hook.lacks).sort((a, b) => a.length - b.length)[0]!;
  if (lacks.length > 0)
    items.push(
      draft(
        'kommo_webhook_lacks_events',
        connection,
        `The webhook of Kommo does not report ${webhookEventLabels(lacks)}.`,
      ),
    );
  return items;
}

function judgeAddress(
  connection: string,
  hooks: KommoHook[],
  publicUrl: string | null,
  lastAt: number,
  now: number,
): Draft[] {
  if (publicUrl === null || hooks.some(({ address }) => address.startsWith(`${publicUrl}/`))) return [];
  const message = `The webhook of Kommo leads to ${hooks[0]!.address}, not to ${publicUrl}.`;
  const light = now - lastAt < ARRIVES_MS ? 'warning' : 'broken';
  return [draft('kommo_webhook_elsewhere', connection, message, { light })];
}

function judgeRefused({ connection, evidence, hooks, now }: ConnectionFacts): Draft[] {
  const refused = evidence.current.get('kommo_webhook_refused');
  if (!refused || refused.at <= lastWebhook(evidence) || now - refused.at > REFUSED_SHOWN_MS) return [];
  if (hooks?.value.some(({ hasRightSecret }) => !hasRightSecret)) return [];
  const isRightNow =
    hooks !== null && hooks.at > refused.at && hooks.value.some(({ hasRightSecret }) => hasRightSecret);
  // The list has been right since: the refused one came from a stranger, or from before the repair.
  if (isRightNow) return [];
  const message =
    refused.count === 1
      ? 'A webhook came with a wrong secret and was refused.'
      : `${refused.count} webhooks came with a wrong secret and were refused.`;
  return [draft('kommo_webhook_wrong_secret', connection, message, { light: 'broken' })];
}

function wrongSecret(connection: string, hook: KommoHook, light: 'warning' | 'broken'): Draft {
  const message = `The webhook of Kommo to ${hook.address} has another secret than kommo.webhook_secret.`;
  return draft('kommo_webhook_wrong_secret', connection, message, { light });
}

function lastWebhook(evidence: ConnectionFacts['evidence']): number {
  return evidence.current.get('kommo_webhook')?.at ?? 0;
}

function isListed({ current }: ConnectionFacts['evidence']): boolean {
  return current.has('kommo_webhook_listed');
}
