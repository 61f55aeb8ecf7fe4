import { three } from '../figures.js';
import { axis, tooltip } from '../theme.js';
import { describe } from './layers.js';

// Multiply-accumulates per cycle over multiply-accumulates per byte, both axes logarithmic; the roof is the lower of array and external memory.
export function roofline(data, theme) {
  const { macs, bytes, cycles } = data.layers;
  const points = [];
  macs.forEach((count, index) => {
    if (count > 0 && bytes[index] > 0 && cycles[index] > 0) {
      points.push([count / bytes[index], count / cycles[index], index]);
    }
  });
  const { macsPerCycle, bytesPerCycle } = data.roof;
  const ridge = macsPerCycle / bytesPerCycle;
  const intensities = points.map(([x]) => x).concat(ridge);
  const [low, high] = [Math.min(...intensities) / 2, Math.max(...intensities) * 2];
  const roof = bytesPerCycle > 0 ? [[low, low * bytesPerCycle], [ridge, macsPerCycle], [high, macsPerCycle]] : [[low, macsPerCycle], [high, macsPerCycle]];
  return {
    grid: { left: 72, right: 24, top: 24, bottom: 56 },
    tooltip: tooltip(theme, (point) => (point.seriesType === 'scatter'
      ? [...describe(data, point.value[2]), `${three(point.value[0])} MACs per byte, ${three(point.value[1])} per cycle`]
      : ['roof', `${three(point.value[0])} MACs per byte`, `${three(point.value[1])} per cycle`])),
    xAxis: { type: 'log', name: 'MACs per byte of external memory', nameLocation: 'middle', nameGap: 30, min: low, max: high, ...axis(theme, { axisLabel: { formatter: three } }) },
    yAxis: { type: 'log', name: 'MACs per cycle', max: macsPerCycle * 2, ...axis(theme, { axisLabel: { formatter: three } }) },
    series: [
      { type: 'line', data: roof, symbol: 'none', lineStyle: { color: theme.palette[1], width: 2 }, clip: true },
      { type: 'scatter', data: points, symbolSize: points.length > 300 ? 6 : 10, itemStyle: { color: theme.palette[0], opacity: 0.75, borderColor: theme.back } },
    ],
  };
}
