/** The look of the report. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 980px; margin: 2rem auto; padding: 0 1rem; }
summary { cursor: pointer; display: flex; gap: .8rem; align-items: baseline; }
summary span { flex: 1; } small { opacity: .7; }
details { border: 1px solid #8884; border-left: 4px solid #2a8a4a; border-radius: 6px; padding: .5rem 1rem; margin: .5rem 0; }
details.bad { border-left-color: #c0392b; } p.bad, tr.bad { color: #c0392b; }
figure { margin: .5rem 0; } svg { width: 100%; height: 128px; background: #8881; border-radius: 6px; cursor: pointer; }
path { fill: none; stroke-width: 1; } path.user { stroke: #c2710c; } path.assistant { stroke: #2563a8; }
line { stroke-width: 1.5; } line.held { stroke: #c0392b; } line.resumed { stroke: #2a8a4a; } line.filler { stroke: #8e44ad; }
line.now { stroke: currentColor; } audio { width: 100%; }
ol { list-style: none; padding: 0; } li.user { color: #c2710c; }
li button { font: inherit; font-variant-numeric: tabular-nums; min-width: 3.5em; cursor: pointer; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; vertical-align: top; padding: .15rem .5rem; border-top: 1px solid #8883; }
`;

/** A click on the wave or on a line's time plays from there. */
export const REPORT_SCRIPT = `
for (const section of document.querySelectorAll('figure')) {
  const audio = section.querySelector('audio'), svg = section.querySelector('svg'), now = svg.querySelector('.now');
  const list = section.nextElementSibling;
  const width = svg.viewBox.baseVal.width;
  const from = (seconds) => { audio.currentTime = seconds; audio.play(); };
  const ready = (then) => audio.readyState > 0 ? then() : (audio.addEventListener('loadedmetadata', then, { once: true }), audio.load());
  svg.addEventListener('click', (event) => {
    const box = svg.getBoundingClientRect();
    ready(() => from((event.clientX - box.left) / box.width * audio.duration));
  });
  audio.addEventListener('timeupdate', () => {
    const x = String(audio.currentTime / audio.duration * width);
    now.setAttribute('x1', x); now.setAttribute('x2', x);
  });
  for (const item of list.querySelectorAll('li')) {
    item.querySelector('button').addEventListener('click', () => ready(() => from(Number(item.dataset.ms) / 1000)));
  }
}
`;
