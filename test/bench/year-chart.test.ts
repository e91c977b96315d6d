import { expect, it } from 'vitest';
import { sizeChart } from '../../bench/year/chart.ts';

it('draws each database as a line from nothing to its size, in megabytes that are easily read', () => {
  const svg = sizeChart('Disk', [{ name: 'embedded', sizes: [100e6, 180e6] }]);
  expect(svg).toContain('points="64,284 400,162 736,64"');
  expect(svg).toContain('>200 MB<');
});
