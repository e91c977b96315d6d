import type { Emitter } from '../../common/emitter.ts';
import { remember } from '../model/ring.ts';
import { ulid } from '../model/ulid.ts';
import type { JsonObject, ObjectType, Report, SimulatorEvent } from '../types.ts';
import { subscriptionOf } from './metrics.ts';
import type { ReportingWebhooks } from './webhooks.ts';

export interface NewReport {
  objectType: ObjectType;
  metric: string;
  data: JsonObject;
  /** Unix seconds. Default now. */
  timestamp?: number;
  /** Where it differs from `<objectType>_<metric>`. */
  subscription?: string;
}

export interface Reports {
  readonly all: Report[];
  emit(report: NewReport): Report;
  /** Reports that no webhook will ever see, though they happened; null ends it. */
  lose(which: ((report: Report) => boolean) | null): void;
}

/** Makes the reports and hands each to the webhooks that want it. */
export function createReports(
  webhooks: ReportingWebhooks,
  emitter: Emitter<SimulatorEvent>,
  settings: { now(): number; keep: number },
): Reports {
  const all: Report[] = [];
  let lost: ((report: Report) => boolean) | null = null;
  return {
    all,
    lose(which) {
      lost = which;
    },
    emit({ objectType, metric, data, timestamp, subscription }) {
      const at = timestamp ?? Math.floor(settings.now() / 1000);
      // In authentic deliveries the ULID's time is 0.6 to 2.0 s after `timestamp`.
      const event_id = ulid(at * 1000 + 600 + Math.random() * 1400);
      const report: Report = { event_id, object_type: objectType, metric, timestamp: at, data };
      remember(all, report, settings.keep);
      const name = subscription ?? subscriptionOf(objectType, metric);
      const webhookIds = lost?.(report) ? [] : webhooks.dispatch(report, name);
      emitter.emit(() => ({ type: 'report_queued', report, webhookIds }));
      return report;
    },
  };
}
