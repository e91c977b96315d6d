/** Whether an option without a value, or its variable, says yes. Commander takes any text for a yes, `0` included. */
export function isSet(option: boolean | undefined, variable: string | undefined): boolean {
  return option === true || ['1', 'true', 'yes', 'on'].includes(variable?.trim().toLowerCase() ?? '');
}
