import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { expectSound, rig } from './support/rig.ts';
import { NAME, PASSWORD, visit } from './support/visit.ts';

const made = rig();

/** Pages with their title in Spanish. */
const PAGES = [
  ['/', 'Resumen'],
  ['/activity', 'Actividad'],
  ['/subject', 'Buscar un cliente'],
  ['/failures', 'Problemas'],
  ['/rules', 'Reglas'],
] as const;

/** Words of the English navigation and titles. */
const ENGLISH =
  /\b(Overview|Activity|Find|Problems|Held|Existing|Rules|Connections|Alerts|Users|Sign|Search|Language|deals)\b/;

it('somebody chooses Spanish before signing in, reads every page in it, and returns to English by keyboard', async () => {
  const { world } = made;
  const deal = world.deal({ email: 'ann@acme.example' });
  world.move(deal.id, 'Closed - won');
  await world.kommo.waitFor(() => world.noteTexts(deal.id).length === 1);
  const window = await visit(made.browser, made.world);
  const { page } = window;
  await window.open('/sign-in');
  await page.getByLabel('Language').selectOption('Español');
  await page.getByRole('heading', { name: 'Iniciar sesión' }).waitFor();
  await page.getByLabel('Nombre').fill(NAME);
  await page.getByLabel('Contraseña', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Iniciar sesión' }).click();
  await page.getByRole('heading', { level: 1, name: 'Resumen' }).waitFor();

  for (const [path, title] of PAGES) {
    await window.open(path);
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    expect(await languageOf(page)).toBe('es');
    for (const role of ['link', 'heading'] as const)
      expect((await page.getByRole(role).allInnerTexts()).join('\n')).not.toMatch(ENGLISH);
    await expectSound(window);
  }
  await window.open('/subject?q=ann@acme.example');
  await page.getByRole('heading', { name: 'Cambios de etapa y correos' }).waitFor();
  await expectSound(window);

  await page.getByRole('button', { name: `${NAME} (administrador)` }).press('Enter');
  await page.getByRole('menuitemradio', { name: 'Español', checked: true }).waitFor();
  await expectSound(window);
  await page.getByRole('menuitemradio', { name: 'English' }).press('Enter');
  await page.getByRole('heading', { name: 'Stage changes and emails' }).waitFor();
  expect(await languageOf(page)).toBe('en');
});

it('a browser in Mexican Spanish gets Spanish, and the choice of a reader comes first', async () => {
  const window = await visit(made.browser, made.world, { locale: 'es-MX' });
  const { page } = window;
  await window.open('/sign-in');
  await page.getByRole('heading', { name: 'Iniciar sesión' }).waitFor();
  expect(await languageOf(page)).toBe('es');

  await page.getByLabel('Idioma').selectOption('English');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(await languageOf(page)).toBe('en');
});

function languageOf(page: Page): Promise<string> {
  return page.evaluate<string>('document.documentElement.lang');
}
