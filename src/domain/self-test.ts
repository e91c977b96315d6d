/**
 * The webhooks that Stagepost sends to itself to see whether its webhook endpoints work. They mean nothing: no event comes of them,
 * so nothing can follow.
 */

/** Kommo's: the key of its body. Customer.io's: the report's name, `stagepost` and `test`. */
export const SELF_TEST = 'stagepost_test';

/** What is told of one, in words. */
export const SELF_TEST_MESSAGE = 'A test that Stagepost has sent to itself: there is nothing to do.';
