// A machine with sliders: every change is simulated anew, and shown beside the preset.
import { bars, legend, points, stacks } from './charts.js';
import { bytes, count, figure, percent, words } from './figures.js';
import { build, changes, restore } from './sliders.js';

const element = (id) => document.getElementById(id);
const bounds = ['array', 'vector', 'dram', 'sram', 'dma', 'host', 'control'];
const parts = ['array', 'vector', 'sram', 'dram', 'network', 'control', 'leakage', 'host'];
let preset = null;
let tried = [];
let now = -1;
let asked = null;

async function ask(path, body) {
  asked?.abort();
  asked = new AbortController();
  const post = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(path, { ...(body ? post : {}), signal: asked.signal });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

async function simulate() {
  const set = changes();
  const request = { model: element('model').value, machine: element('machine').value, set };
  element('results').setAttribute('aria-busy', 'true');
  const start = performance.now();
  try {
    const run = await ask('/api/run', request);
    remember(run, set);
    show(run, request);
    tell(`${count(run.simulation.instructions)} instructions simulated, answered in ${Math.round(performance.now() - start)} ms`);
  } catch (failure) {
    if (failure.name === 'AbortError') return;
    tell(failure.message, true);
  }
  element('results').removeAttribute('aria-busy');
}

function tell(text, failed = false) {
  element('status').textContent = text;
  element('status').className = failed ? 'failed' : '';
}

function remember(run, set) {
  if (Object.keys(set).length === 0) preset = run;
  const text = Object.entries(set).map(([key, value]) => `${key}=${value}`).join(', ') || 'the preset';
  const point = { latency: run.latencyMs * 1e-3, energy: run.energy.totalUj * 1e-6, text, set };
  now = tried.findIndex((other) => other.text === text);
  if (now < 0) now = tried.push(point) - 1;
  else tried[now] = point;
  history.replaceState(null, '', `#${new URLSearchParams({ model: element('model').value, machine: element('machine').value, ...set })}`);
}

function show(run, request) {
  tiles(run);
  const used = bounds.filter((bound) => run.layers.some((layer) => layer.bound === bound && layer.cycles > 0));
  why(run, used);
  owners(run);
  layers(run, used);
  const names = parts.filter((part) => run.energy[`${part}Uj`] > 0);
  const split = (label, of) => ({ label, parts: names.map((name) => ({ name, value: of.energy[`${name}Uj`] * 1e-6 })) });
  element('energy').replaceChildren(stacks([split('now', run), ...(preset ? [split('preset', preset)] : [])], names, 'J', true), legend(names));
  element('tried').replaceChildren(points(tried, now, back));
  const sets = Object.entries(request.set).map(([key, value]) => ` --set ${key}=${value}`).join('');
  element('command').textContent = `npusim run ${/^[\w./-]+$/.test(request.model) ? request.model : `'${request.model}'`} --machine ${request.machine}${sets} --mode timing`;
}

function tiles(run) {
  const rows = [
    ['latency', run.latencyMs, (value) => figure(value * 1e-3, 's'), -1],
    ['energy', run.energy.totalUj, (value) => figure(value * 1e-6, 'J'), -1, `${figure(run.energy.lowUj * 1e-6, 'J')} to ${figure(run.energy.highUj * 1e-6, 'J')}`],
    ['average power', run.power.averageMw, (value) => figure(value * 1e-3, 'W'), -1],
    ['area', run.area?.totalMm2, (value) => `${value.toPrecision(3)} mm²`, -1],
    ['array at work', run.utilization, percent, 1],
    ['external memory', run.traffic.dramReadBytes + run.traffic.dramWriteBytes, bytes, -1],
  ];
  const before = preset && [preset.latencyMs, preset.energy.totalUj, preset.power.averageMw, preset.area?.totalMm2, preset.utilization,
    preset.traffic.dramReadBytes + preset.traffic.dramWriteBytes];
  element('tiles').replaceChildren(...rows.flatMap(([name, value, format, good, note], index) => (value === undefined ? [] : [tile(name, format(value), note, against(value, before?.[index], good))])));
}

function tile(name, value, note, change) {
  const box = document.createElement('div');
  const [term, detail, strong] = [document.createElement('dt'), document.createElement('dd'), document.createElement('b')];
  term.textContent = name;
  strong.textContent = value;
  detail.append(strong, ...(note ? [note, document.createElement('br')] : []), ...(change ? [change] : []));
  box.append(term, detail);
  return box;
}

function against(value, before, good) {
  if (!before) return null;
  const ratio = value / before;
  const text = document.createElement('small');
  const same = Math.abs(ratio - 1) < 0.0005;
  text.textContent = same ? 'as the preset' : `${ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2)} × the preset`;
  text.className = same ? '' : (ratio - 1) * good > 0 ? 'better' : 'worse';
  return text;
}

function why(run, used) {
  const shares = used.map((bound) => ({ name: bound, value: sum(run.layers.filter((layer) => layer.bound === bound), (layer) => layer.cycles) }));
  const first = shares.reduce((most, share) => (share.value > most.value ? share : most), shares[0]);
  element('why').textContent = first
    ? `${percent(first.value / run.cycles)} of the cycles are in layers bound by ${first.name}: they would need it that long even if all else were free.` : '';
  element('bounds').replaceChildren(stacks([{ label: 'cycles', parts: shares }], used, 'cycles'), legend(used));
}

function owners(run) {
  const kinds = [...new Set(run.engines.map((engine) => engine.engine))];
  const totals = kinds.map((kind) => {
    const engines = run.engines.filter((engine) => engine.engine === kind);
    return { kind, cycles: Object.fromEntries(Object.keys(engines[0].cycles).map((owner) => [owner, sum(engines, (engine) => engine.cycles[owner])])) };
  });
  const most = Object.keys(totals[0].cycles).map((owner) => [owner, sum(totals, (row) => row.cycles[owner])]).filter(([, cycles]) => cycles > 0)
    .sort((a, b) => b[1] - a[1]).map(([owner]) => owner);
  const named = most.slice(0, 7);
  const rows = totals.map((row) => ({
    label: row.kind,
    parts: [...named.map((owner) => ({ name: words(owner), value: row.cycles[owner] })), { name: 'other', value: sum(most.slice(7), (owner) => row.cycles[owner]) }],
  }));
  const names = [...named.map(words), ...(most.length > 7 ? ['other'] : [])];
  element('owners').replaceChildren(stacks(rows, names, 'cycles'), legend(names));
}

function layers(run, used) {
  const shown = run.layers.map((layer) => ({
    value: layer.cycles, bound: layer.bound,
    text: `${layer.name} (${layer.operator}): ${count(layer.cycles)} cycles, bound by ${layer.bound}, array ${percent(layer.utilization)}, `
      + `${bytes(layer.dramReadBytes + layer.dramWriteBytes)}, ${figure(layer.energyUj * 1e-6, 'J')}`,
  }));
  const compared = preset && preset !== run && preset.layers.length === run.layers.length ? preset.layers.map((layer) => layer.cycles) : null;
  element('layers').replaceChildren(bars(shown, used, compared), legend(used));
}

const sum = (items, of) => items.reduce((total, item) => total + of(item), 0);

function back(index) {
  restore(element('sliders'), tried[index].set);
  simulate();
}

// The preset first, then the machine that the address names.
async function begin(set) {
  [preset, tried, now] = [null, [], -1];
  try {
    const machine = await ask(`/api/machines/${encodeURIComponent(element('machine').value)}`);
    element('description').textContent = machine.description;
    build(element('sliders'), machine.sliders, simulate);
    await simulate();
    if (Object.keys(set).length > 0) {
      restore(element('sliders'), set);
      await simulate();
    }
  } catch (failure) {
    if (failure.name !== 'AbortError') tell(failure.message, true);
  }
}

function fill(select, names, chosen) {
  select.replaceChildren(...names.map((name) => new Option(name, name, name === chosen, name === chosen)));
  select.addEventListener('change', () => begin({}));
}

async function start() {
  const choices = await ask('/api/choices');
  const { model, machine, ...set } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  fill(element('model'), choices.models, choices.models.includes(model) ? model : choices.model);
  fill(element('machine'), choices.machines, choices.machines.includes(machine) ? machine : choices.machine);
  element('reset').addEventListener('click', () => (restore(element('sliders'), {}), simulate()));
  element('sliders').addEventListener('submit', (event) => event.preventDefault());
  await begin(set);
}

start().catch((failure) => tell(failure.message, true));
