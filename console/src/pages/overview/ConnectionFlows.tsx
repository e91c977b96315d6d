import { useQuery } from '@tanstack/react-query';
import { healthQuery, nowQuery } from '../../api/queries.ts';
import { useConnection } from '../../shell/connection.ts';
import { ConnectionFlow } from '../system/ConnectionFlow.tsx';
import classes from './overview.module.css';

/** More connections than these are on the page System. */
const MAX_SHOWN = 3;

/** What is connected with what, while no deal has moved. */
export function ConnectionFlows() {
  const { connection } = useConnection();
  const now = useQuery(nowQuery).data;
  const health = useQuery(healthQuery).data;
  const shown = now?.connections.filter(({ name }) => connection === undefined || name === connection) ?? [];
  return shown.slice(0, MAX_SHOWN).map((each) => (
    <div key={each.name} className={classes.part}>
      <ConnectionFlow
        connection={each}
        health={health?.connections.find((judged) => judged.connection === each.name)}
      />
    </div>
  ));
}
