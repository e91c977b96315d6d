import type { ConsentRules } from '../../domain/rules/rules.ts';
import { findNamed } from '../names.ts';
import { type Resolution, refuse } from './resolution.ts';

/** The checkbox gets its id, so that it keeps working when it is renamed in Kommo. */
export function resolveConsent(consent: ConsentRules, resolution: Resolution): ConsentRules {
  if (consent.contactField === null) return consent;
  const path = ['consent', 'contact_field'];
  const field = findNamed(consent.contactField, resolution.catalog.contactFields, 'contact field');
  if (!('found' in field)) {
    refuse(resolution, path, field);
    return consent;
  }
  const { id, name, type } = field.found;
  if (type !== 'checkbox') {
    const message = `the contact field "${name}" is no checkbox`;
    refuse(resolution, path, { message, hint: 'Choose a field of the type checkbox ("Toggle switch").' });
  }
  return { ...consent, contactField: String(id) };
}
