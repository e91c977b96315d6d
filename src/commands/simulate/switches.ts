import { readSwitch } from '../../../simulators/common/switches.ts';
import { type CustomerioSwitches, customerioSwitchPositions } from '../../../simulators/customerio/index.ts';
import { type KommoSwitches, kommoSwitchPositions } from '../../../simulators/kommo/index.ts';
import { CommandError, EXIT } from '../terminal/exit.ts';

interface Switches {
  kommo: Partial<KommoSwitches>;
  customerio: Partial<CustomerioSwitches>;
}

/**
 * Reads `kommo.linkHooks=none` and the like.
 * @throws CommandError with the switches or positions that there are
 */
export function readSwitches(texts: readonly string[]): Switches {
  const switches: Switches = { kommo: {}, customerio: {} };
  for (const text of texts) {
    const [, side, name = '', position = ''] = /^(kommo|customerio)\.([^=]*)=(.*)$/.exec(text) ?? [];
    if (side === undefined)
      throw new CommandError(
        `--switch takes kommo.NAME=POSITION or customerio.NAME=POSITION, not "${text}".`,
        EXIT.usage,
      );
    try {
      const value =
        side === 'kommo'
          ? readSwitch<KommoSwitches>(kommoSwitchPositions, name, position)
          : readSwitch<CustomerioSwitches>(customerioSwitchPositions, name, position);
      Object.assign(switches[side as keyof Switches], { [name]: value });
    } catch (error) {
      throw new CommandError(`--switch ${text}: ${(error as Error).message}`, EXIT.usage);
    }
  }
  return switches;
}
