import type { AlertsConfig } from '../../config/index.ts';
import { ok, skipped, type Verdict, warning } from '../../doctor/finding.ts';
import { type DataOptions, withData } from '../data/with-data.ts';

/** Whether somebody is told when something breaks, and whether the last messages have arrived. */
export async function alertVerdicts({ receivers }: AlertsConfig, options: DataOptions): Promise<Verdict[]> {
  if (receivers.length === 0)
    return [
      skipped(
        'Nobody is told when something breaks: there is no receiver of alerts',
        'Add one to stagepost.yaml under alerts: as docs/alerts.md shows, such as a Slack channel or a mail address.',
      ),
    ];
  const names = receivers.map(({ name }) => name);
  const found = ok(`Alerts go to ${names.join(', ')}. Try them with: stagepost alerts test`);
  return [found, ...(await failing(names, options)).map(failingVerdict)];
}

/** The receivers that the running server, or the last one, could not reach. None where there is no database yet. */
async function failing(names: string[], options: DataOptions): Promise<{ name: string; error: string }[]> {
  try {
    return await withData(options, (data) => data.failingReceivers(names));
  } catch {
    // That the database cannot be read has a finding of its own.
    return [];
  }
}

function failingVerdict({ name, error }: { name: string; error: string }): Verdict {
  return warning(
    `The alerts for "${name}" do not arrive: ${error}`,
    'Correct this receiver under alerts: in stagepost.yaml and restart, or repair its service. What waits is sent then.',
  );
}
