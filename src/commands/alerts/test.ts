import { randomUUID } from 'node:crypto';
import { AlertError } from '../../alerts/channels/channel.ts';
import { openChannel, targetText } from '../../alerts/channels/open-channel.ts';
import { testMessage } from '../../alerts/message.ts';
import { ATTEMPT_MS } from '../../alerts/sender.ts';
import { closeClients } from '../../clients/clients.ts';
import type { Config, ReceiverConfig } from '../../config/index.ts';
import { nearest } from '../../lib/nearest.ts';
import { readConfig } from '../data/config-file.ts';
import { openShortTimeoutClients } from '../doctor/clients.ts';
import { colors } from '../terminal/colors.ts';
import { CommandError, EXIT } from '../terminal/exit.ts';
import { print } from '../terminal/output.ts';

export interface AlertsTestOptions {
  /** For the links in the message. */
  publicUrl?: string;
  config: string;
}

/** Sends a test to one receiver, or to all, and prints what became of each. @throws CommandError */
export async function alertsTest(name: string | undefined, options: AlertsTestOptions): Promise<void> {
  const { config } = readConfig(options.config);
  const receivers = selected(config, name);
  for (const receiver of receivers) {
    const error = await sendTest(receiver, config, options.publicUrl ?? null);
    const about = `${receiver.name} (${targetText(receiver)})`;
    if (error) process.exitCode = EXIT.failed;
    print(
      error
        ? `${colors.red('✗')} ${about}: ${error.message}`
        : `${colors.green('✓')} ${about}: the test was accepted`,
    );
  }
}

function selected({ alerts: { receivers } }: Config, name: string | undefined): ReceiverConfig[] {
  if (receivers.length === 0)
    throw new CommandError(
      'There is no receiver of alerts. Add one to stagepost.yaml under alerts: as docs/alerts.md shows.',
      EXIT.usage,
    );
  if (name === undefined) return receivers;
  const found = receivers.filter((receiver) => receiver.name === name);
  if (found.length > 0) return found;
  const names = receivers.map((receiver) => receiver.name);
  const near = nearest(name, names);
  const hint = near ? `Did you mean "${near}"?` : `There are: ${names.join(', ')}.`;
  throw new CommandError(`There is no receiver "${name}". ${hint}`, EXIT.usage);
}

/** @returns null where the receiver has accepted the message */
async function sendTest(
  receiver: ReceiverConfig,
  config: Config,
  publicUrl: string | null,
): Promise<AlertError | null> {
  const account = receiver.kind === 'kommo_task' ? receiver.connection : null;
  const connection = config.connections.find(({ name }) => name === account);
  const clients = connection ? openShortTimeoutClients(connection) : null;
  const channel = openChannel(receiver, () => clients?.kommo ?? null);
  const about = { id: randomUUID(), receiver: receiver.name, now: Date.now(), publicUrl };
  try {
    await channel.send(testMessage(about), { signal: AbortSignal.timeout(ATTEMPT_MS), isRepeated: false });
    return null;
  } catch (error) {
    if (error instanceof AlertError) return error;
    throw error;
  } finally {
    if (clients) await closeClients(clients);
  }
}
