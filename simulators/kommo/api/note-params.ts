import { type Check, type Item, isObject, need } from '../checks.ts';

/** What each type of note needs in `params` (Kommo docs); null is refused there (public issue threads). */
const required: Record<string, Record<string, 'string' | 'int'>> = {
  common: { text: 'string' },
  call_in: { uniq: 'string', duration: 'int', source: 'string', link: 'string', phone: 'string' },
  call_out: { uniq: 'string', duration: 'int', source: 'string', link: 'string', phone: 'string' },
  service_message: { service: 'string', text: 'string' },
  extended_service_message: { service: 'string', text: 'string' },
  geolocation: { text: 'string', address: 'string', longitude: 'string', latitude: 'string' },
  sms_in: { text: 'string', phone: 'string' },
  sms_out: { text: 'string', phone: 'string' },
  attachment: { file_uuid: 'string', version_uuid: 'string', file_name: 'string' },
};

/** Phone numbers, coordinates and the like come as numbers, too. */
const isLoose = (key: string): boolean => !['text', 'service'].includes(key);

/** The type and params of a new note; undefined when something is wrong, which is noted. */
export function readNote(check: Check, item: Item, textMax: number | null) {
  const type = need(check, item, 'note_type', 'string');
  const wanted = type === undefined ? undefined : required[type];
  if (type !== undefined && !wanted) check.bad('NotSupportedChoice', 'note_type');
  const params = need(check, item, 'params', 'object');
  if (!type || !wanted || !params) return undefined;
  readParams(check, params, wanted, textMax);
  return { note_type: type, params };
}

function readParams(
  check: Check,
  params: Item,
  wanted: Record<string, 'string' | 'int'>,
  textMax: number | null,
): void {
  for (const [key, type] of Object.entries(wanted)) {
    const path = `params.${key}`;
    if (isLoose(key) && ['string', 'number'].includes(typeof params[key])) continue;
    const value = need(check, params, key, type, path);
    if (key === 'text' && value === '') check.bad('NotNullable', path, 'This value should not be blank.');
    if (key === 'text' && textMax !== null && String(value).length > textMax)
      check.bad('TooLong', path, `This value is too long. It should have ${textMax} characters or less.`);
  }
}

/** A change brings some of the params, of the note's own type. */
export const readNoteChange = (check: Check, item: Item): Item | undefined => {
  const params = need(check, item, 'params', 'object');
  return isObject(params) ? params : undefined;
};
