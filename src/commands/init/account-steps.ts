import type { Setup } from '../../setup/schemas.ts';
import { answerUntilDone, isWanted, type Session } from './session.ts';

const TOKEN_AT =
  'In Kommo: Settings > Integrations > your private integration > Keys and scopes > long-lived token.';
const KEYS_AT = 'In Customer.io: Settings > Account Settings > API Credentials.';

/** The address of the Kommo account and the access to it. @throws CommandError */
export async function kommoStep(session: Session): Promise<void> {
  const { api, dialog, given, name } = session;

  async function ask({ kommo }: Setup, isFirst: boolean) {
    const url =
      (isFirst ? given.kommoUrl : undefined) ??
      (isWanted(kommo, 'url')
        ? await dialog.ask('Address of your Kommo account, such as acme.kommo.com')
        : undefined);
    return {
      url,
      token: isFirst && given.kommoToken !== undefined ? given.kommoToken : await askToken(kommo),
    };
  }

  async function askToken(kommo: Setup['kommo']): Promise<string | undefined> {
    if (!isWanted(kommo, 'token') && kommo.access !== null) return undefined;
    dialog.print(TOKEN_AT);
    dialog.print(
      `Or let Kommo grant access in the browser, and press Enter here afterwards: ${api.url}/setup/${name}/kommo`,
    );
    return (await dialog.askSecret('Long-lived token')) || undefined;
  }

  await answerUntilDone(session, 'kommo', ask, (body) => api.call('answerKommo', { params: { name }, body }));
}

/** The keys of the Customer.io workspace. @throws CommandError */
export async function customerioStep(session: Session): Promise<void> {
  const { api, dialog, given, name } = session;

  async function ask({ customerio }: Setup, isFirst: boolean) {
    const { siteId, apiKey, appKey, signingKey, serviceAccountToken } = given;
    const isNew = customerio.state === 'open';
    const wants = (field: string, value: unknown) =>
      !(isFirst && value !== undefined) && isWanted(customerio, field);
    if (wants('siteId', siteId) || wants('apiKey', apiKey)) dialog.print(KEYS_AT);
    const site = wants('siteId', siteId) ? await dialog.ask('Site ID') : undefined;
    const key =
      wants('apiKey', apiKey) || site !== undefined
        ? await dialog.askSecret('API key of this Site ID')
        : undefined;
    const isAppAsked = dialog.isInteractive && !given.yes && (isNew || isWanted(customerio, 'appKey'));
    const app =
      isAppAsked && !(isFirst && appKey !== undefined)
        ? await dialog.askSecret('App API key (Enter: none; with it Stagepost makes the reporting webhook)')
        : undefined;
    const hasSigning = isFirst && (signingKey !== undefined || serviceAccountToken !== undefined);
    // With a new App API key, the next round can make the webhook whose page shows the signing key.
    const isSigningAsked = isWanted(customerio, 'signingKey') && !hasSigning && !app;
    const signing = isSigningAsked ? await askSigningKey(customerio) : {};
    const fromOptions = isFirst ? { siteId, apiKey, appKey, signingKey, serviceAccountToken } : {};
    return defined({
      ...fromOptions,
      siteId: site ?? fromOptions.siteId,
      apiKey: key ?? fromOptions.apiKey,
      ...(app === undefined ? {} : { appKey: app === '' ? null : app }),
      ...signing,
    });
  }

  async function askSigningKey({ reporting }: Setup['customerio']) {
    const canPrepare = reporting.way === 'api' && !reporting.isPrepared && reporting.endpoint !== null;
    dialog.print(
      `The signing key is on the page of any reporting webhook in Customer.io.${reporting.way === 'by_hand' ? ' There is none yet? Make one:' : ''}`,
    );
    for (const [index, click] of reporting.clicks.entries()) dialog.print(`  ${index + 1}. ${click}`);
    const otherwise = canPrepare ? ' (Enter: there is no webhook yet, make it now, switched off)' : '';
    const answer = await dialog.askSecret(
      `Signing key, or a service account token (sa_live_…) to read it once${otherwise}`,
    );
    if (answer === '' && canPrepare) return { prepareReporting: true as const };
    return answer.startsWith('sa_live_')
      ? { serviceAccountToken: answer }
      : { signingKey: answer || undefined };
  }

  await answerUntilDone(session, 'customerio', ask, (body) =>
    api.call('answerCustomerio', { params: { name }, body }),
  );
}

function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
