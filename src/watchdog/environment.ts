/** Set for a server that a supervisor has started. An IPC channel alone may be another process manager's. */
const VARIABLE = 'STAGEPOST_SUPERVISED';

export const SUPERVISED_ENVIRONMENT = { [VARIABLE]: '1' };

export const isSupervised = (env: NodeJS.ProcessEnv): boolean => env[VARIABLE] === '1';
