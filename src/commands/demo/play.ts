import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import { boardOf } from './board/board.ts';
import { UnsentMails } from './board/mails.ts';
import { Visitor } from './board/visitor.ts';
import type {
  Board,
  DemoRouteName,
  dealBody,
  mailBody,
  moveBody,
  outageBody,
  storyBody,
  Work,
} from './contract.ts';
import { flowOf } from './flow.ts';
import { isIdle } from './idle.ts';
import { Outages, type OutagesOptions } from './outages/outages.ts';
import type { Sides } from './sides.ts';
import { StoryPlayer, type StoryPlayerOptions } from './story/player.ts';

export interface PlayOptions {
  sides: Sides;
  killServer(): void;
  onStoryNews: StoryPlayerOptions['onNews'];
  onOutageNews: OutagesOptions['onNews'];
  /** A browser shows the board for the first time. */
  onWatched(): void;
}

/** The story, the visitor and the outages, which share the simulators. */
export interface Play {
  story: StoryPlayer;
  outages: Outages;
  /** Stagepost reports what it holds; null: it does not run. */
  takeWork(work: Work | null): void;
  /** Answers a request of the board. @throws Error in words where it is refused */
  answer(route: DemoRouteName, body: unknown): unknown;
}

export function createPlay({ sides, killServer, onStoryNews, onOutageNews, onWatched }: PlayOptions): Play {
  const unsent = new UnsentMails(sides.customerio, Date.now);
  const outages = new Outages({ sides, killServer, now: Date.now, pause, onNews: onOutageNews });
  const story = new StoryPlayer({
    sides,
    isBroken: () => outages.isBroken,
    onNews: onStoryNews,
    now: () => performance.now(),
  });
  const visitor = new Visitor(sides, (dealId) => {
    story.touch(dealId);
    outages.touch(dealId);
  });
  const done = (): { ok: true } => ({ ok: true });
  let isWatched = false;
  let newestWork: Work | null = null;

  const handlers: Record<DemoRouteName, (body: unknown) => unknown> = {
    board(): Board {
      if (!isWatched) onWatched();
      isWatched = true;
      return {
        ...boardOf(sides, unsent),
        story: story.view(),
        outages: outages.view(),
        flow: flowOf(sides),
        work: newestWork,
      };
    },
    move(body) {
      const { deal, stage } = body as z.output<typeof moveBody>;
      visitor.move(deal, stage);
      return done();
    },
    mail(body) {
      const { delivery, act } = body as z.output<typeof mailBody>;
      visitor.mail(delivery, act);
      return done();
    },
    deal: (body) => ({ deal: visitor.addDeal((body as z.output<typeof dealBody>).name) }),
    story(body) {
      story.command((body as z.output<typeof storyBody>).command);
      return done();
    },
    outage(body) {
      const { kind, act } = body as z.output<typeof outageBody>;
      outages[act](kind);
      return done();
    },
  };
  function takeWork(work: Work | null): void {
    newestWork = work;
    const idle = isIdle(sides, work);
    outages.report(idle);
    story.report(idle && !outages.isBroken);
  }

  return { story, outages, takeWork, answer: (route, body) => handlers[route](body) };
}
