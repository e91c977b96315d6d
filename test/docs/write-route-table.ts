import { readFileSync, writeFileSync } from 'node:fs';
import { withRouteTable } from './route-table.ts';

const file = new URL('../../docs/api.md', import.meta.url);
writeFileSync(file, withRouteTable(readFileSync(file, 'utf8')));
