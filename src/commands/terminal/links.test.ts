import { expect, it } from 'vitest';
import { linkLines } from './links.ts';

const publicUrl = 'https://stagepost.example.com/console';
const localUrl = 'http://127.0.0.1:4400';
const lines = (addresses: { publicUrl: string | null; localUrl: string | null }) =>
  linkLines('Once, for Ann: ', '/setup#secret', addresses);

it('a link has the public address where it is known, and the local one too', () => {
  expect(lines({ publicUrl, localUrl })).toBe(
    'Once, for Ann: https://stagepost.example.com/console/setup#secret\n  or on this machine: http://127.0.0.1:4400/setup#secret',
  );
  expect(lines({ publicUrl, localUrl: null })).toBe(`Once, for Ann: ${publicUrl}/setup#secret`);
  expect(lines({ publicUrl: null, localUrl })).toBe(`Once, for Ann: ${localUrl}/setup#secret`);
});

it('a link without any address is a path, not an address that does not exist', () => {
  expect(lines({ publicUrl: null, localUrl: null })).toMatch(
    /STAGEPOST_PUBLIC_URL is not set.*\nOnce, for Ann: \/setup#secret$/,
  );
});
