import { NO_SETTINGS, type Settings } from './settings.ts';

/*
 * The env files of this process, like `process.env` for the variables in them: set once, before the command runs, and read
 * by the commands and messages that name the files.
 */
let current: Settings = NO_SETTINGS;

export function setCurrentSettings(settings: Settings): void {
  current = settings;
}

export function currentSettings(): Settings {
  return current;
}
