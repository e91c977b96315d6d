/*
 * Runs in each of vitest's processes before a test file. Texts of commands have no colours, wherever the tests run: `CI`, which
 * is set on most build servers, and `FORCE_COLOR` would add them to what is compared.
 */
process.env.NO_COLOR = '1';
delete process.env.FORCE_COLOR;
