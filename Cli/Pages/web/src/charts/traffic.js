import { bytes } from '../figures.js';
import { tooltip } from '../theme.js';

// Bytes from external memory through buffers and engines back to it.
export function traffic(data, theme) {
  const names = [...new Set(data.traffic.flatMap(({ source, target }) => [source, target]))];
  return {
    tooltip: tooltip(theme, (point) => (point.dataType === 'edge'
      ? [`${point.data.source} to ${point.data.target}`, bytes(point.value)] : [point.name, `${bytes(point.value)} through it`])),
    series: {
      type: 'sankey', left: 8, right: 170, top: 12, bottom: 12, nodeGap: 18, draggable: false,
      data: names.map((name, index) => ({ name, itemStyle: { color: theme.palette[index % theme.palette.length], borderColor: theme.back } })),
      links: data.traffic, lineStyle: { color: 'source', opacity: 0.35 },
      label: { color: theme.text, formatter: ({ name }) => name }, edgeLabel: { show: true, color: theme.text, fontSize: 11, formatter: ({ value }) => bytes(value) },
      emphasis: { focus: 'adjacency' },
    },
  };
}
