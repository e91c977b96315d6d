import type { Scenario } from '../support/scene.ts';
import { addresses } from './addresses.ts';
import { arrivals } from './arrivals.ts';
import { bounceRepair } from './bounce-repair.ts';
import { bouncing } from './bounces.ts';
import { bursts } from './bursts.ts';
import { consent } from './consent.ts';
import { contactChanges } from './contacts.ts';
import { crmOptOuts } from './crm-opt-outs.ts';
import { deals } from './deals.ts';
import { emailChanges } from './email-changes.ts';
import { largeReports } from './large-reports.ts';
import { lateWrites } from './late-writes.ts';
import { moves } from './moves.ts';
import { optOuts } from './opt-outs.ts';
import { paths } from './paths.ts';
import { people } from './people.ts';
import { recipients } from './recipients.ts';
import { reports } from './reports.ts';
import { texts } from './texts.ts';
import { times } from './times.ts';
import { troubles } from './trouble.ts';
import { values } from './values.ts';
import { writes } from './writes.ts';

const all: Scenario[] = [
  ...moves,
  ...addresses,
  ...writes,
  ...reports,
  ...people,
  ...consent,
  ...recipients,
  ...bounceRepair,
  ...bouncing,
  ...emailChanges,
  ...optOuts,
  ...times,
  ...arrivals,
  ...troubles,
  ...bursts,
  ...texts,
  ...values,
  ...contactChanges,
  ...deals,
  ...largeReports,
  ...paths,
  ...crmOptOuts,
  ...lateWrites,
];

/** Cases that do not hold yet, and what they wait for. Their failures are skipped, not hidden: the run lists them. */
const open: Record<string, string> = {};

/** `CASES=03,05 npm run test:cases` plays these alone. */
const wanted = process.env.CASES?.split(',');

/** All scenarios, in the order of their cases. */
export const scenarios: Scenario[] = all
  .filter((scenario) => !wanted || wanted.includes('all') || wanted.includes(scenario.case))
  .map((scenario, n, list) => ({
    ...scenario,
    isVariant: scenario.isVariant ?? list.findIndex((one) => one.case === scenario.case) < n,
    open: scenario.open ?? open[scenario.case],
  }))
  .sort((one, other) => one.case.localeCompare(other.case));
