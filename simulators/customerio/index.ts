export type * from './controls.ts';
export { switchPositions as customerioSwitchPositions } from './settings.ts';
export { startCustomerioSimulator } from './simulator.ts';
export type * from './types.ts';
