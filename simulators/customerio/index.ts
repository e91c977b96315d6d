export type * from './controls.ts';
export { startCustomerioSimulator } from './simulator.ts';
export type * from './types.ts';
