/**
 * The webhooks that Stagepost sends to itself to check that its webhook endpoints work. They create no event, so they have
 * no consequences.
 */

/** Kommo's test webhook has this key in its body; Customer.io's has it as the report's name (`stagepost` + `test`). */
export const SELF_TEST = 'stagepost_test';

/** The outcome of a test webhook, for people. */
export const SELF_TEST_MESSAGE = 'A test webhook that Stagepost sent to itself. There is nothing to do.';

/** The `user-agent` of a test webhook. Requests with it count as no webhook of Kommo or Customer.io. */
export const SELF_TEST_AGENT = 'Stagepost, testing itself';
