import type { NoEmailReason } from '../../api/types.ts';
import { missedLabels } from '../../texts.ts';

/** Why no email was due, in the words of the overview. */
export const noEmailLabels: Record<NoEmailReason, string> = {
  unsubscribed: missedLabels.unsubscribed,
  complained: missedLabels.complained,
  bounced: missedLabels.bounced,
  suppressed: missedLabels.suppressed,
  no_address: missedLabels.no_address,
  no_contact: missedLabels.no_contact,
  no_rule: missedLabels.no_rule,
  condition: missedLabels.condition,
  once: missedLabels.once,
  repeated: missedLabels.repeated,
  late: missedLabels.late,
  left: missedLabels.left,
  gone: missedLabels.gone,
  failed: missedLabels.failed,
};
