import type { Command } from 'commander';
import { withAddressOptions } from '../options/server-options.ts';
import type { DemoOptions } from './demo.ts';

export function addDemoCommand(program: Command): void {
  withAddressOptions(program.command('demo'))
    .description(
      'show Stagepost at work between a simulated Kommo and a simulated Customer.io, on this machine only',
    )
    .option('--once', 'end after the story; the exit code is 0 only if every step was seen')
    .action(async (options: DemoOptions) => (await import('./demo.ts')).demo(options));
}
