import { yieldToEventLoop } from '../lib/event-loop.ts';

/**
 * Lets large bodies be parsed one in each turn of the event loop: parsing and validating one can take 0.1 s, and whoever
 * sends the last bytes of forty at once would keep everybody else waiting for all of them.
 */
export class ParseTurns {
  #last: Promise<void> = Promise.resolve();

  /** Resolves when it is this body's turn, in the order of the calls. What follows at once belongs to the turn. */
  next(): Promise<void> {
    const turn = this.#last;
    this.#last = turn.then(yieldToEventLoop);
    return turn;
  }
}
