/** The look of the report. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; --user: #9c5700; --assistant: #2563a8; --bad: #b8321f; --good: #2a8a4a; }
@media (prefers-color-scheme: dark) { :root { --user: #f0a04b; --assistant: #7db3ec; --bad: #ff8a75; --good: #5cc37f; } }
body { max-width: 980px; margin: 2rem auto; padding: 0 1rem; }
summary { cursor: pointer; display: flex; flex-wrap: wrap; gap: 0 .8rem; align-items: baseline; }
summary::before { content: '▸'; } [open] > summary::before { content: '▾'; }
summary span { flex: 1 1 12rem; } small { opacity: .75; }
details.scenario { border: 1px solid #8884; border-left: 4px solid var(--good); border-radius: 6px; padding: .5rem 1rem; margin: .5rem 0; }
details.bad { border-left-color: var(--bad); } p.bad, tr.bad { color: var(--bad); }
h3 { font-size: 1rem; margin: .8rem 0 .4rem; }
figure { margin: .5rem 0; } svg { width: 100%; height: 128px; background: #8881; border-radius: 6px; cursor: pointer; }
path { fill: none; stroke-width: 1; } path.user { stroke: var(--user); } path.assistant { stroke: var(--assistant); }
line { stroke-width: 1.5; } line.held { stroke: var(--bad); } line.resumed { stroke: var(--good); } line.filler { stroke: #8e44ad; }
line.now { stroke: currentColor; } audio { width: 100%; }
ol { list-style: none; padding: 0; } li { display: grid; grid-template-columns: 4em 6em 1fr; gap: .6rem; align-items: baseline; padding: .1rem 0; }
li b { font-weight: 600; color: var(--assistant); } li.user b { color: var(--user); }
li button { font: inherit; font-variant-numeric: tabular-nums; border: 1px solid #8886; border-radius: 4px; background: none; color: inherit; cursor: pointer; }
li button:hover { background: #8882; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; vertical-align: top; padding: .15rem .5rem .15rem 0; border-top: 1px solid #8883; overflow-wrap: anywhere; }
td:first-child { width: 1.2rem; } td:nth-child(2) { width: 12rem; } td:nth-child(3) { width: 36%; }
@media (max-width: 600px) { li { grid-template-columns: 4em 1fr; } li span { grid-column: 1 / -1; } table { table-layout: fixed; font-size: .85rem; } td:nth-child(2) { width: 27%; } td:nth-child(3) { width: 32%; } }
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
