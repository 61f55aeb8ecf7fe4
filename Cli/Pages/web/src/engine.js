// ECharts with the parts that the charts use, in the page's colours.
import * as echarts from 'echarts/core';
import {
  BarChart, CustomChart, HeatmapChart, LineChart, ParallelChart, SankeyChart, ScatterChart, SunburstChart,
} from 'echarts/charts';
import {
  AriaComponent, DataZoomComponent, GridComponent, LegendComponent, ParallelComponent, TooltipComponent, VisualMapComponent,
} from 'echarts/components';
import { CanvasRenderer } from 'echarts/renderers';
import { colours } from './theme.js';

export const { graphic } = echarts;

echarts.use([
  BarChart, CustomChart, HeatmapChart, LineChart, ParallelChart, SankeyChart, ScatterChart, SunburstChart,
  AriaComponent, DataZoomComponent, GridComponent, LegendComponent, ParallelComponent, TooltipComponent, VisualMapComponent, CanvasRenderer,
]);

// Draws a chart and keeps it in step with the element's size and the page's colours. A chart is (data, theme, choice) => option; where it has choices,
// (data) => [{ name, values }], there is a list for each above it, and choice holds the index chosen of each.
export function make(element, chart, data) {
  const choice = [];
  const instance = echarts.init(element);
  const show = () => instance.setOption({
    animation: false, textStyle: { fontFamily: getComputedStyle(document.body).fontFamily }, ...chart(data, colours(), choice),
  }, true);
  (chart.choices?.(data) ?? []).forEach(({ name, values, chosen }, index) => {
    choice[index] = chosen ?? 0;
    element.before(list(name, values, choice[index], (value) => { choice[index] = value; show(); }));
  });
  show();
  document.documentElement.addEventListener('themechange', () => {
    const zoom = instance.getOption().dataZoom?.map(({ start, end }) => ({ start, end }));
    show();
    if (zoom) {
      instance.setOption({ dataZoom: zoom });
    }
  });
  new ResizeObserver(() => instance.resize()).observe(element);
  zoomByKeys(element, instance);
  return instance;
}

function list(name, values, chosen, changed) {
  const label = document.createElement('label');
  label.className = 'choice';
  label.append(`${name} `);
  const select = document.createElement('select');
  values.forEach((value, index) => select.add(new Option(value, String(index), index === chosen, index === chosen)));
  select.addEventListener('change', () => changed(select.selectedIndex));
  label.append(select);
  return label;
}

// Arrow keys move the window of a chart that can be zoomed, plus and minus change its width, 0 shows everything.
function zoomByKeys(element, instance) {
  if (!instance.getOption().dataZoom?.length) {
    return;
  }

  element.tabIndex = 0;
  element.addEventListener('keydown', (event) => {
    const { start, end } = instance.getOption().dataZoom[0];
    const next = zoomed(event.key, start, end);
    if (next) {
      event.preventDefault();
      instance.dispatchAction({ type: 'dataZoom', dataZoomIndex: 0, start: next[0], end: next[1] });
    }
  });
}

function zoomed(key, start, end) {
  const width = end - start;
  const centre = (start + end) / 2;
  const around = (size) => [Math.max(0, centre - size / 2), Math.min(100, centre + size / 2)];
  const moved = (step) => [Math.max(0, Math.min(100 - width, start + step)), Math.min(100, Math.max(width, end + step))];
  switch (key) {
    case '+': case '=': return around(width / 1.5);
    case '-': return around(width * 1.5);
    case '0': return [0, 100];
    case 'ArrowLeft': return moved(-width / 5);
    case 'ArrowRight': return moved(width / 5);
    default: return null;
  }
}
