import { Pool } from 'undici';

export interface Answers {
  count: number;
  failed: number;
  seconds: number;
  /** How long each answer took, in ms. */
  times: number[];
}

interface Target {
  url: string;
  contentType: string;
  /** Each request has a body of its own. */
  body(n: number): string;
}

function sender({ url, contentType, body }: Target, connections: number) {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const answers: Answers = { count: 0, failed: 0, seconds: 0, times: [] };
  return {
    answers,
    async send(n: number): Promise<void> {
      const started = performance.now();
      try {
        const answer = await pool.request({
          method: 'POST',
          path: pathname,
          headers: { 'content-type': contentType },
          body: body(n),
        });
        await answer.body.dump();
        if (answer.statusCode !== 200) answers.failed += 1;
      } catch {
        answers.failed += 1;
      }
      answers.count += 1;
      answers.times.push(performance.now() - started);
    },
    close: () => pool.close(),
  };
}

/** A fixed number of senders, each of which sends its next request when the previous one is answered. */
export async function closedLoop(target: Target, senders: number, seconds: number): Promise<Answers> {
  const { send, answers, close } = sender(target, senders);
  const started = performance.now();
  let n = 0;
  await Promise.all(
    Array.from({ length: senders }, async () => {
      while (performance.now() - started < seconds * 1000) await send(n++);
    }),
  );
  answers.seconds = (performance.now() - started) / 1000;
  await close();
  return answers;
}

/** A fixed rate of requests, whether or not earlier ones are answered: a sender that does not wait. */
export async function openLoop(target: Target, perSecond: number, seconds: number): Promise<Answers> {
  const { send, answers, close } = sender(target, 256);
  const started = performance.now();
  const under: Promise<void>[] = [];
  for (let n = 0; n < perSecond * seconds; ) {
    const due = Math.min(perSecond * seconds, ((performance.now() - started) / 1000) * perSecond);
    while (n < due) under.push(send(n++));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(under);
  answers.seconds = (performance.now() - started) / 1000;
  await close();
  return answers;
}

/** All of a list, by so many senders. */
export async function sendAll(target: Target, senders: number, count: number): Promise<Answers> {
  const { send, answers, close } = sender(target, senders);
  const started = performance.now();
  let n = 0;
  await Promise.all(
    Array.from({ length: senders }, async () => {
      while (n < count) await send(n++);
    }),
  );
  answers.seconds = (performance.now() - started) / 1000;
  await close();
  return answers;
}
