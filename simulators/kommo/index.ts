export type * from '../common/fault-types.ts';
export type * from './seed-types.ts';
export { startKommoSimulator } from './simulator.ts';
export { type KommoSwitches, switchPositions as kommoSwitchPositions } from './switches.ts';
export type * from './types.ts';
