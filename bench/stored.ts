/**
 * `npm run bench:stored -- 300 3000`: what so many connections cost that are all in the database, without a configuration file,
 * where nothing happens. Two windows are measured for each number of them: from the moment at which all run for `--settle`
 * seconds, and then for `--seconds`. `--open-files 4096` limits the open files of the instance.
 */
import { parseArgs } from 'node:util';
import { measure } from './fleet/idle.ts';

const { values, positionals } = parseArgs({
  options: {
    // The lights read everything once in 80 seconds.
    seconds: { type: 'string', default: '80' },
    // Every first reading of an events log is over after five minutes, every first reading of contacts after six.
    settle: { type: 'string', default: '370' },
    'open-files': { type: 'string' },
  },
  allowPositionals: true,
});

for (const connections of positionals.map(Number)) {
  const figures = await measure(connections, {
    seconds: Number(values.seconds),
    settleSeconds: Number(values.settle),
    kept: 'database',
    openFiles: values['open-files'] === undefined ? undefined : Number(values['open-files']),
  });
  console.log(JSON.stringify(figures, null, 2));
}
