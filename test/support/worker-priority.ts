import { constants, setPriority } from 'node:os';

/*
 * Runs in each of vitest's processes before a test file. They yield the processor to PostgreSQL, which five of them on two
 * cores would otherwise keep from answering within Stagepost's own limits.
 */
setPriority(constants.priority.PRIORITY_LOW);
