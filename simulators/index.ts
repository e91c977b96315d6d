/**
 * The public API of the package, `stagepost/simulators`: both simulators as functions, for the tests of any integration.
 * `stagepost/simulators/kommo` and `stagepost/simulators/customerio` have the types of everything that they take and return.
 * What is exported there follows semantic versioning; other files of the package may change in any release.
 */
export {
  type CustomerioSimulator,
  type CustomerioSwitches,
  type SimulatorOptions as CustomerioSimulatorOptions,
  startCustomerioSimulator,
} from './customerio/index.ts';
export {
  type KommoSimulator,
  type KommoSimulatorOptions,
  type KommoSwitches,
  startKommoSimulator,
} from './kommo/index.ts';
