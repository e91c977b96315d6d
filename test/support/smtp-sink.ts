import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface SunkMail {
  from: string;
  to: string[];
  /** Headers and body, as they were sent. */
  source: string;
}

/** A mail server that keeps what it is sent: the part of SMTP (RFC 5321) that a client needs, with AUTH PLAIN. */
export interface SmtpSink {
  port: number;
  mails: SunkMail[];
  /** The user names and passwords that were sent. */
  logins: string[];
  /** The answer to each recipient from now on: `250 OK`, `550 No such user`. */
  answer(reply: string): void;
  close(): Promise<void>;
}

export async function startSmtpSink(): Promise<SmtpSink> {
  const mails: SunkMail[] = [];
  const logins: string[] = [];
  let recipientReply = '250 OK';
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    const say = (line: string) => void socket.write(`${line}\r\n`);
    let mail: SunkMail = { from: '', to: [], source: '' };
    let isData = false;
    let rest = '';
    const onLine = (line: string) => {
      if (isData) {
        if (line !== '.') mail.source += `${line.startsWith('..') ? line.slice(1) : line}\n`;
        else {
          isData = false;
          mails.push(mail);
          mail = { from: '', to: [], source: '' };
          say('250 Accepted');
        }
        return;
      }
      const command = line.toUpperCase();
      if (command.startsWith('EHLO')) say('250-sink\r\n250-AUTH PLAIN\r\n250 8BITMIME');
      else if (command.startsWith('AUTH PLAIN')) {
        logins.push(Buffer.from(line.slice(11), 'base64').toString('utf8').split('\0').slice(1).join(' '));
        say('235 OK');
      } else if (command.startsWith('MAIL FROM')) {
        mail.from = /<(.*?)>/.exec(line)?.[1] ?? '';
        say('250 OK');
      } else if (command.startsWith('RCPT TO')) {
        mail.to.push(/<(.*?)>/.exec(line)?.[1] ?? '');
        say(recipientReply);
      } else if (command === 'DATA') {
        isData = true;
        say('354 Go on');
      } else if (command === 'QUIT') {
        say('221 Bye');
        socket.end();
      } else say('250 OK');
    };
    socket.on('data', (data) => {
      const lines = (rest + data.toString('utf8')).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    });
    say('220 sink');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    mails,
    logins,
    answer: (reply) => {
      recipientReply = reply;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
