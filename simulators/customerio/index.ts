export { startCustomerioSimulator } from './simulator.ts';
export type * from './types.ts';
