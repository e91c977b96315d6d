import { webhookEventLabels } from '../../kommo/index.ts';
import { en } from '../../languages/en.ts';
import { type Draft, draft } from '../codes.ts';
import type { ConnectionFacts, GrantFacts, KommoHook, PollingFacts } from '../facts.ts';
import type { Proof } from '../health.ts';
import { type FailureCodes, judgeCalls } from './apis.ts';
import { judgeLane } from './lanes.ts';
import { proofOf, proofOfLog } from './proofs.ts';

const { messages } = en.health;

const DAY_MS = 86_400_000;
/** How long before its end a grant that is not renewed is announced, days. */
const GRANT_ENDS_DAYS = 21;
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
  const ofToken = judgeToken(facts, token);
  const isFailing = ofToken.some(({ light }) => light === 'broken');
  const { items, proof } = facts.polling
    ? judgePolling(facts, facts.polling, isFailing)
    : judgeWebhook(facts, proofOf(facts, 'kommo_webhook'));
  return { items: [...ofToken, ...items, ...judgeLane('kommo', facts)], proofs: [token, proof] };
}

/** The events log is late after so many missed readings, and not before this time, ms: a single call may take a minute. */
const MISSED_READINGS = 3;
const STALLED_MS = 90_000;

/** @param isFailing whether an item about the calls to Kommo says already why the log is not read */
function judgePolling(
  { connection, now }: ConnectionFacts,
  polling: PollingFacts,
  isFailing: boolean,
): { items: Draft[]; proof: Proof } {
  const { everyMs, readAt, runSince } = polling;
  const proof = proofOfLog(polling);
  const waitedMs = now - (readAt ?? runSince);
  if (waitedMs >= Math.max(STALLED_MS, MISSED_READINGS * everyMs) && !isFailing) {
    const minutes = Math.max(1, Math.round(waitedMs / 60_000));
    const message = messages.kommoLogStalled(String(minutes));
    return { items: [draft('kommo_log_stalled', connection, message)], proof };
  }
  if (readAt !== null || isFailing) return { items: [], proof };
  return {
    items: [draft('kommo_log_unproven', connection, messages.kommoLogUnproven)],
    proof,
  };
}

function judgeToken(facts: ConnectionFacts, proof: Proof): Draft[] {
  const { connection, kommo, now, tokenEndsAt, access } = facts;
  if (access === 'oauth') return judgeGrant(facts, proof);
  const calls = withoutConsequences(judgeCalls(kommo, CALLS, connection, now));
  if (tokenEndsAt !== null && tokenEndsAt <= now)
    return [draft('kommo_token_ended', connection, messages.kommoTokenEnded(day(tokenEndsAt))), ...calls];
  const ending = tokenEndsAt === null ? [] : judgeEnd(connection, tokenEndsAt, now);
  return [...calls, ...ending, ...unproven(facts, proof, calls)];
}

function judgeGrant(facts: ConnectionFacts, proof: Proof): Draft[] {
  const { connection, kommo, now, publicUrl, grant } = facts;
  const { otherTodos } = en.health;
  const todo = publicUrl === null ? otherTodos.authorize : otherTodos.authorizeAt(`${publicUrl}/connections`);
  const calls = withoutConsequences(judgeCalls(kommo, CALLS, connection, now)).map((item) =>
    item.code === 'kommo_token_refused' ? { ...item, todo } : item,
  );
  if (grant === null) return [...calls, ...unproven(facts, proof, calls)];
  // That Kommo refuses the token is a consequence.
  const others = calls.filter(({ code }) => code !== 'kommo_token_refused');
  if (grant.state === 'none')
    return [draft('kommo_access_missing', connection, messages.kommoAccessMissing, { todo }), ...others];
  if (grant.state === 'revoked')
    return [draft('kommo_access_withdrawn', connection, withdrawn(grant, now), { todo }), ...others];
  const items = [...calls, ...grantEnd(connection, grant, now, todo)];
  if (grant.state === 'ended' && grant.trouble !== null)
    items.push(draft('kommo_access_not_renewed', connection, messages.kommoAccessNotRenewed(grant.trouble)));
  return [...items, ...unproven(facts, proof, items)];
}

function unproven({ connection }: ConnectionFacts, { isProven }: Proof, others: Draft[]): Draft[] {
  if (isProven || others.length > 0) return [];
  return [draft('kommo_token_unproven', connection, messages.kommoTokenUnproven)];
}

function withdrawn({ trouble, accessEndsAt }: GrantFacts, now: number): string {
  const left = accessEndsAt !== null && accessEndsAt > now ? ' Calls work for some hours yet at most.' : '';
  const details = `${trouble ?? ''}${left}`.trim();
  return details === '' ? messages.kommoAccessWithdrawn : messages.kommoAccessWithdrawnBy(details);
}

/** Weeks before, since it takes an administrator of the account. Renewals put the end off by three months each time. */
function grantEnd(connection: string, { refreshEndsAt }: GrantFacts, now: number, todo: string): Draft[] {
  const days = refreshEndsAt === null ? Number.POSITIVE_INFINITY : Math.ceil((refreshEndsAt - now) / DAY_MS);
  if (days > GRANT_ENDS_DAYS) return [];
  const end = day(refreshEndsAt!);
  const message =
    days === 1 ? messages.kommoAccessEndsTomorrow(end) : messages.kommoAccessEnds(String(days), end);
  return [draft('kommo_access_ends', connection, message, { todo })];
}

/** An unpaid account refuses webhooks, too, as one whose token has no right for them: what to do is to pay. */
function withoutConsequences(calls: Draft[]): Draft[] {
  const isUnpaid = calls.some(({ code }) => code === 'kommo_unpaid');
  return isUnpaid ? calls.filter(({ code }) => code !== 'kommo_rights_missing') : calls;
}

function judgeEnd(connection: string, endsAt: number, now: number): Draft[] {
  const days = Math.ceil((endsAt - now) / DAY_MS);
  if (days > 14) return [];
  const end = day(endsAt);
  const message =
    days === 1 ? messages.kommoTokenEndsTomorrow(end) : messages.kommoTokenEnds(String(days), end);
  return [draft(days <= 3 ? 'kommo_token_ends_soon' : 'kommo_token_ends', connection, message)];
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function judgeWebhook(facts: ConnectionFacts, proof: Proof): { items: Draft[]; proof: Proof } {
  const { connection, silentMoveAt, now } = facts;
  const items = [...judgeHooks(facts), ...judgeRefused(facts)];
  if (silentMoveAt !== null) {
    const minutes = Math.max(1, Math.round((now - silentMoveAt) / 60_000));
    const message = messages.kommoWebhookSilent(String(minutes));
    items.push(draft('kommo_webhook_silent', connection, message));
  }
  if (items.length === 0 && !proof.isProven)
    items.push(draft('kommo_webhook_unproven', connection, messages.kommoWebhookUnproven));
  return { items, proof };
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
    return [draft('kommo_webhook_missing', connection, messages.kommoWebhookMissing)];
  }
  if (right.every(({ disabled }) => disabled))
    return [draft('kommo_webhook_disabled', connection, messages.kommoWebhookDisabled(right[0]!.address))];
  const active = right.filter(({ disabled }) => !disabled);
  const items = judgeAddress(connection, active, publicUrl, lastWebhook(evidence), now);
  const lacks = active.map((hook) => hook.lacks).sort((a, b) => a.length - b.length)[0]!;
  if (lacks.length > 0)
    items.push(
      draft(
        'kommo_webhook_lacks_events',
        connection,
        messages.kommoWebhookLacksEvents(webhookEventLabels(lacks)),
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
  const message = messages.kommoWebhookElsewhere(hooks[0]!.address, publicUrl);
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
    refused.count === 1 ? messages.kommoWebhookRefused : messages.kommoWebhooksRefused(String(refused.count));
  return [draft('kommo_webhook_wrong_secret', connection, message, { light: 'broken' })];
}

function wrongSecret(connection: string, hook: KommoHook, light: 'warning' | 'broken'): Draft {
  const message = messages.kommoWebhookOtherSecret(hook.address);
  return draft('kommo_webhook_wrong_secret', connection, message, { light });
}

function lastWebhook(evidence: ConnectionFacts['evidence']): number {
  return evidence.current.get('kommo_webhook')?.at ?? 0;
}

function isListed({ current }: ConnectionFacts['evidence']): boolean {
  return current.has('kommo_webhook_listed');
}
