import { expect, it } from 'vitest';
import { changeOf } from './keys.ts';

it('has the keys that were entered, by their side', () => {
  expect(changeOf({ token: ' new ', site_id: 'site', app_key: 'app', api_key: '' }, 'site')).toEqual({
    kommo: { token: 'new' },
    customerio: { app_key: 'app' },
  });
  expect(changeOf({ site_id: 'other' }, 'site')).toEqual({ customerio: { site_id: 'other' } });
});

it('is nothing where nothing is new', () => {
  expect(changeOf({ site_id: 'site', token: '  ' }, 'site')).toBeNull();
});
