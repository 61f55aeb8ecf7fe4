// The machine as a form: one slider for every member, each with the values that give a legal machine.
let sliders = [];
let places = [];

// Builds the form; change(isFinal) is called when a slider moves.
export function build(form, offered, change) {
  sliders = offered;
  places = offered.map((slider) => slider.own);
  const groups = new Map();
  offered.forEach((slider, index) => {
    if (!groups.has(slider.group)) {
      const set = document.createElement('fieldset');
      const legend = document.createElement('legend');
      legend.textContent = slider.group;
      set.append(legend);
      groups.set(slider.group, set);
    }
    groups.get(slider.group).append(row(slider, index, change));
  });
  form.replaceChildren(...groups.values());
  places.forEach((_, index) => show(form, index));
}

function row(slider, index, change) {
  const box = document.createElement('div');
  box.className = 'slider';
  const label = document.createElement('label');
  label.textContent = slider.label;
  label.htmlFor = `slider${index}`;
  label.title = slider.key;
  const value = document.createElement('output');
  value.htmlFor = `slider${index}`;
  const input = document.createElement('input');
  Object.assign(input, { type: 'range', id: `slider${index}`, min: 0, max: slider.values.length - 1, step: 1, value: slider.own });
  input.addEventListener('input', () => {
    places[index] = Number(input.value);
    show(input.form, index);
    change();
  });
  box.append(label, value, input);
  return box;
}

function show(form, index) {
  const [slider, place] = [sliders[index], places[index]];
  const input = form.querySelector(`#slider${index}`);
  const text = `${slider.values[place]} ${slider.unit}`.trim();
  input.value = place;
  input.setAttribute('aria-valuetext', text);
  input.parentElement.querySelector('output').textContent = text;
  input.parentElement.classList.toggle('changed', place !== slider.own);
}

// The members that differ from the preset, by key.
export const changes = () => Object.fromEntries(
  sliders.flatMap((slider, index) => (places[index] === slider.own ? [] : [[slider.key, slider.values[places[index]]]])));

// Moves the sliders to a set of changes; members that are not named go back to the preset, values that are not offered are left out.
export function restore(form, set) {
  sliders.forEach((slider, index) => {
    const place = slider.values.indexOf(set[slider.key]);
    places[index] = place < 0 ? slider.own : place;
    show(form, index);
  });
}
