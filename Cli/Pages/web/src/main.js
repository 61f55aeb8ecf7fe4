// Draws the charts of a page. A chart is a module of src/charts; the element that it fills names it in data-chart.
import { make } from './engine.js';
import { energy } from './charts/energy.js';
import { heatmap } from './charts/heatmap.js';
import { layers } from './charts/layers.js';
import { memory } from './charts/memory.js';
import { parallel } from './charts/parallel.js';
import { pareto } from './charts/pareto.js';
import { power } from './charts/power.js';
import { roofline } from './charts/roofline.js';
import { sensitivity } from './charts/sensitivity.js';
import { timeline } from './charts/timeline.js';
import { traffic } from './charts/traffic.js';

const charts = { energy, heatmap, layers, memory, parallel, pareto, power, roofline, sensitivity, timeline, traffic };

// A chart is drawn when it first comes near the screen, so that a page with many opens at once.
const near = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (entry.isIntersecting) {
      near.unobserve(entry.target);
      draw(entry.target);
    }
  }
}, { rootMargin: '600px' });

const datasets = new WeakMap();

function dataOf(element) {
  const run = element.closest('article');
  if (!datasets.has(run)) {
    datasets.set(run, JSON.parse(run.querySelector('script.data').textContent));
  }

  return datasets.get(run);
}

function draw(element) {
  const chart = charts[element.dataset.chart];
  if (chart) {
    make(element, chart, dataOf(element));
  }
}

for (const element of document.querySelectorAll('[data-chart]')) {
  near.observe(element);
}

// Paper shows every chart, also those that were never near the screen.
addEventListener('beforeprint', () => {
  for (const element of document.querySelectorAll('[data-chart]:empty')) {
    draw(element);
  }
});
