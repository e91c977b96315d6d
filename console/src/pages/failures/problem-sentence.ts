import type { FailureGroup } from '../../api/types.ts';
import { counted } from '../../languages/locale.ts';
import { plain } from '../../parts/names.ts';
import {
  alsoNotSent,
  listNames,
  notDone,
  notDoneBecause,
  ofRule,
  otherNotDone,
  otherPart,
  reasons,
  ruleParts,
  sideLabels,
  texts,
  wholeRules,
} from '../../texts.ts';

/** Names in a sentence; the list below it has some more. */
const NAMED = 2;

type Example = FailureGroup['examples'][number];

/** The client, else the deal, by the best name there is. */
export function nameOf({
  client,
  deal,
  person,
  dealId,
}: Pick<Example, 'client' | 'deal' | 'person' | 'dealId'>) {
  return client ?? deal ?? person ?? (dealId === null ? '…' : texts.subject.deal(dealId));
}

/** What did not happen for whom, and why, in a sentence without technical words. */
export function problemSentence(group: FailureGroup): string {
  const { kind, count, subjects, lane: side, names, field, examples } = group;
  // A few more names say more than "and 1 more".
  const shown = subjects <= NAMED + 1 ? subjects : NAMED;
  const who = listNames(examples.slice(0, shown).map(nameOf), subjects);
  const happening = { count, who, subjects, side, names, field };
  return notDoneBecause((notDone[kind] ?? otherNotDone)(happening), reasonOf(group));
}

/** What was not sent because of the problem; null for nothing. */
export function followersSentence({ followers }: Pick<FailureGroup, 'followers'>): string | null {
  if (followers.length === 0) return null;
  const total = followers.reduce((sum, { count }) => sum + count, 0);
  return alsoNotSent(
    followers.map(({ count, names }) => counted(count, names)),
    total,
  );
}

function reasonOf(group: FailureGroup): string {
  const { code, failure, lane, field, removed } = group;
  const side = sideLabels[lane];
  switch (code) {
    case 'text_too_long':
    case 'text_empty':
    case 'value_type_mismatch':
    case 'tag_refused':
    case 'payload_too_large':
      return reasons[code](textOf(group));
    case 'option_missing':
      return reasons[code](field);
    case 'attempts_exhausted':
      return reasons[code](side);
    case null:
      break;
    default:
      return reasons[code];
  }
  if (failure === 'unauthorized') return reasons.unauthorized(side);
  if (failure !== null && failure !== 'permanent') return reasons.failed(side);
  return group.rule === null || removed ? reasons.refused(side) : reasons.refusedOf(side, textOf(group));
}

function textOf({ kind, rule }: FailureGroup): string {
  if (rule === null) return wholeRules;
  return ofRule[rule.part](ruleParts[kind] ?? otherPart, plain(rule.name));
}
