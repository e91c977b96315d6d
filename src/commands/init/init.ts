import { readFileSync } from 'node:fs';
import { lockHolder } from '../../store/database/embedded/data-lock.ts';
import { ApiClient } from '../data/api-client.ts';
import { readConfig } from '../data/config-file.ts';
import { databaseUrl } from '../data/database.ts';
import { createLog } from '../serve/log.ts';
import { type ServeOptions, startServer } from '../serve/serve.ts';
import { colors } from '../terminal/colors.ts';
import { CommandError, EXIT } from '../terminal/exit.ts';
import { customerioStep, kommoStep } from './account-steps.ts';
import { askYesNo, type Dialog, terminalDialog } from './dialog.ts';
import { finishStep } from './finish-step.ts';
import { rulesStep } from './rules-step.ts';
import type { Given, Session } from './session.ts';

export interface InitOptions extends ServeOptions {
  name?: string;
  kommoUrl?: string;
  kommoTokenFile?: string;
  siteId?: string;
  apiKeyFile?: string;
  appKeyFile?: string;
  signingKeyFile?: string;
  serviceAccountFile?: string;
  recipe?: string[];
  choose?: string[];
  yes?: boolean;
}

/** Makes a connection in the terminal, as the wizard does in the console. */
export async function init(options: InitOptions): Promise<void> {
  const given = givenBy(options, process.env);
  const dialog = terminalDialog(options.yes ? false : undefined);
  try {
    await withServer(options, (api, isOwn) =>
      runInit(api, dialog, given, isOwn ? serveCommand(options) : null),
    );
  } finally {
    dialog.close();
  }
}

/** Through the server that has the data folder open; else one runs for as long as `work`. */
async function withServer(
  options: InitOptions,
  work: (api: ApiClient, isOwn: boolean) => Promise<void>,
): Promise<void> {
  const url = databaseUrl();
  const server = url === undefined ? lockHolder(options.data) : null;
  if (server) return work(new ApiClient(server), false);
  const log = createLog(process.env.STAGEPOST_LOG ?? 'silent');
  const app = await startServer(options, readConfig(options.config), url, log);
  try {
    await work(new ApiClient({ url: app.localUrl, token: app.token }), true);
  } finally {
    await app.close();
  }
}

/** How the server of this command is started for good. */
const serveCommand = ({ publicUrl }: InitOptions) =>
  publicUrl === undefined ? 'stagepost serve' : `stagepost serve --public-url ${publicUrl}`;

/** All steps, from the first one that is not done. @param serve how to go on where the server ends with this command, else null */
export async function runInit(
  api: Session['api'],
  dialog: Dialog,
  given: Given,
  serve: string | null,
): Promise<void> {
  const name = await chooseSetup(api, dialog, given);
  const session: Session = { api, dialog, given, name };
  const { finish } = await api.call('setupProgress', { params: { name } });
  if (!finish.isConnected) await answerSteps(session);
  dialog.print(colors.bold('\n4. Finish'));
  await finishStep(session);
  dialog.print(colors.green(`\n${name} is connected.`));
  dialog.print(
    'Move a deal into the chosen stage: the campaign starts, and the first report proves the signing key.',
  );
  dialog.print(serve === null ? `The console: ${api.url}` : `Run it from now on with: ${serve}`);
}

async function answerSteps(session: Session): Promise<void> {
  const { dialog } = session;
  dialog.print(colors.bold('\n1. Kommo'));
  await kommoStep(session);
  dialog.print(colors.bold('\n2. Customer.io'));
  await customerioStep(session);
  dialog.print(colors.bold('\n3. Rules'));
  await rulesStep(session);
}

/** Goes on with an unfinished setup, or begins one. @returns its name */
async function chooseSetup(api: Session['api'], dialog: Dialog, given: Given): Promise<string> {
  const { setups } = await api.call('setups');
  const open = setups.filter(({ isConnected }) => !isConnected);
  const named = given.name === undefined ? undefined : setups.find(({ name }) => name === given.name);
  if (named) return named.name;
  const [newest] = given.name === undefined ? open : [];
  if (newest && (!dialog.isInteractive || (await askYesNo(dialog, `Go on with ${newest.name}?`, true))))
    return newest.name;
  const kommoUrl =
    given.kommoUrl ??
    (dialog.isInteractive
      ? await dialog.ask('Address of your Kommo account, such as acme.kommo.com')
      : undefined);
  const begun = await api.call('beginSetup', {
    body: { ...(given.name === undefined ? {} : { name: given.name }), ...(kommoUrl ? { kommoUrl } : {}) },
  });
  return begun.name;
}

/** @throws CommandError where a file cannot be read or a choice cannot be understood */
function givenBy(options: InitOptions, env: NodeJS.ProcessEnv): Given {
  return {
    ...{ name: options.name, kommoUrl: options.kommoUrl || undefined, siteId: options.siteId || undefined },
    kommoToken: secretOf(options.kommoTokenFile, env.KOMMO_TOKEN),
    apiKey: secretOf(options.apiKeyFile, env.CUSTOMERIO_API_KEY),
    appKey: secretOf(options.appKeyFile, env.CUSTOMERIO_APP_KEY),
    signingKey: secretOf(options.signingKeyFile, env.CUSTOMERIO_SIGNING_KEY),
    serviceAccountToken: secretOf(options.serviceAccountFile, undefined),
    recipes: options.recipe ?? [],
    choices: Object.fromEntries((options.choose ?? []).map(readChoice)),
    yes: options.yes ?? false,
  };
}

function secretOf(file: string | undefined, variable: string | undefined): string | undefined {
  if (file === undefined) return variable || undefined;
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch (error) {
    throw new CommandError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, EXIT.usage);
  }
}

function readChoice(text: string): [string, string] {
  const [, key, value] = /^([\w-]+\.[\w-]+)=(.*)$/s.exec(text) ?? [];
  if (key !== undefined && value !== undefined) return [key, value];
  throw new CommandError(
    `"${text}" is not a choice. Write one such as onboarding.event=welcome.`,
    EXIT.usage,
  );
}
