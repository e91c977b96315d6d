export { startCustomerioSimulator } from './simulator.ts';
export * from './types.ts';
