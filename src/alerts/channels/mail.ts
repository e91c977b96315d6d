import { createTransport } from 'nodemailer';
import type { AlertMessage } from '../../domain/alerts.ts';
import { maskSecrets } from '../../lib/mask-secrets.ts';
import { bodyText } from '../message.ts';
import { AlertError, type Channel } from './channel.ts';

export interface MailOptions {
  /** `smtps://user:password@host:465`, or `smtp://` with STARTTLS. */
  smtpUrl: string;
  from: string;
  to: string[];
}

/** How long each step of the conversation with the server may take, ms. */
const STEP_MS = 10_000;

/** Mail through an SMTP server, with one connection for each message. */
export function mailChannel({ smtpUrl, from, to }: MailOptions): Channel {
  const server = new URL(smtpUrl);
  const user = decodeURIComponent(server.username);
  const pass = decodeURIComponent(server.password);
  const isSecure = server.protocol === 'smtps:';
  return {
    async send(message, { signal }) {
      const transport = createTransport({
        host: server.hostname.replace(/^\[|\]$/g, ''),
        port: Number(server.port) || (isSecure ? 465 : 587),
        secure: isSecure,
        // A password must not travel in the clear, even where the server does not offer STARTTLS.
        requireTLS: !isSecure && user !== '' && !isLoopback(server.hostname),
        ...(user === '' ? {} : { auth: { user, pass } }),
        connectionTimeout: STEP_MS,
        greetingTimeout: STEP_MS,
        socketTimeout: STEP_MS,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      const stop = () => transport.close();
      signal.addEventListener('abort', stop, { once: true });
      try {
        await Promise.race([transport.sendMail({ from, to, ...mailOf(message) }), onAbort(signal)]);
      } catch (error) {
        throw mailError(error, server.hostname, signal, [pass, smtpUrl, server.password]);
      } finally {
        signal.removeEventListener('abort', stop);
        transport.close();
      }
    },
  };
}

export function mailOf(message: AlertMessage) {
  return {
    subject: `[Stagepost] ${message.title}`.slice(0, 200),
    text: `${message.title}\n\n${bodyText(message)}\n`,
    // The same message that is sent twice is one to the reader's program.
    messageId: `<${message.id}@stagepost>`,
    // RFC 3834: vacation responders do not answer.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  };
}

function onAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(new AlertError('aborted'));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\./.test(host);
}

/** RFC 5321, 4.2.1: 4xx is temporary, 5xx is not. */
function mailError(error: unknown, host: string, signal: AbortSignal, secrets: string[]): AlertError {
  if (signal.aborted) return new AlertError(`The mail server ${host} gave no answer in time.`);
  const {
    message = 'unknown error',
    responseCode,
    code,
  } = error as {
    message?: string;
    responseCode?: number;
    code?: string;
  };
  const text = maskSecrets(message.replace(/[\s\p{Cc}]+/gu, ' ').slice(0, 300), secrets);
  const isPermanent = (responseCode ?? 0) >= 500 || code === 'EAUTH' || code === 'ETLS';
  return new AlertError(`The mail server ${host} did not take the message: ${text}.`, { isPermanent });
}
