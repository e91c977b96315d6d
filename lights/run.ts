/**
 * `npm run lights`: breaks one thing after the other between the simulators, and measures how long the light takes until
 * it is not green, and until it is green again after the repair. Several worlds at once; `npm run lights -- database
 * kommo-hooks` runs only those. Ends with 1 where a light took longer than two minutes, or did not change at all.
 */
import { type PostgresServer, startPostgresServer } from '../test/support/postgres-server.ts';
import { type Fault, WORLDS } from './faults.ts';
import { type Measured, measure, USUAL } from './measure.ts';
import { startLights } from './rig.ts';

async function runWorld(name: string, faults: Fault[], postgres: PostgresServer): Promise<Measured[]> {
  const database = `lights_${name.replaceAll('-', '_')}`;
  await postgres.createDatabase(database);
  const lights = await startLights({ databaseUrl: `${postgres.url}/${database}` });
  const measured: Measured[] = [];
  try {
    for (const fault of faults) {
      const one = await measure(fault, lights, USUAL).catch((error: Error) => failed(fault, error));
      measured.push(one);
      console.log(rowOf(one));
    }
  } finally {
    await lights.close().catch((error: unknown) => console.error(error));
  }
  return measured;
}

function failed({ name }: Fault, error: Error): Measured {
  return { fault: name, noticedS: null, greenS: null, said: [`could not be measured: ${error.message}`] };
}

function rowOf({ fault, noticedS, greenS, said }: Measured): string {
  const seconds = (value: number | null) => (value === null ? 'never' : value.toFixed(0));
  return `| ${fault} | ${seconds(noticedS)} | ${seconds(greenS)} | ${said.join(', ')} |`;
}

const wanted = process.argv.slice(2);
const worlds = Object.entries(WORLDS).filter(([name]) => wanted.length === 0 || wanted.includes(name));
const postgres = await startPostgresServer(['-c', 'max_connections=200', '-c', 'fsync=off']);
console.log('| fault | not green after, s | green again after, s | what it said |\n|---|---|---|---|');
const all = (await Promise.all(worlds.map(([name, faults]) => runWorld(name, faults, postgres)))).flat();
await postgres.remove();
const late = all.filter(({ noticedS, greenS }) => noticedS === null || greenS === null);
console.log(`\n${all.length} faults; ${late.length} were not seen or stayed red:`);
for (const one of late) console.log(rowOf(one));
process.exit(late.length === 0 ? 0 : 1);
