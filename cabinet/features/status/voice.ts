import { html, svg, type TemplateResult } from 'lit';

/** What the ring of light does: it lives with whoever speaks. */
export type VoiceMood =
  | 'waiting'
  | 'ringing'
  | 'assistant'
  | 'caller'
  | 'thinking'
  | 'listening'
  | 'working'
  | 'done'
  | 'failed';

const BARS = [-24, -12, 0, 12, 24];

/** Decoration: the words beside it say the same. Its looks and movements are in status.css. */
export function voice(mood: VoiceMood): TemplateResult {
  return html`<svg class="voice voice-${mood}" viewBox="0 0 200 200" aria-hidden="true" focusable="false">
    <defs>
      <linearGradient id="voice-light" x1="0" y1="0" x2="1" y2="1">
        ${svg`<stop class="voice-stop-1" offset="0" /><stop class="voice-stop-2" offset="0.5" /><stop class="voice-stop-3" offset="1" />`}
      </linearGradient>
      <radialGradient id="voice-haze">
        ${svg`<stop class="voice-haze-in" offset="0.35" /><stop class="voice-haze-out" offset="1" />`}
      </radialGradient>
    </defs>
    ${svg`<circle class="voice-glow" cx="100" cy="100" r="98" fill="url(#voice-haze)" />
      <circle class="voice-wave" cx="100" cy="100" r="58" />
      <circle class="voice-wave" cx="100" cy="100" r="58" />
      <circle class="voice-ring" cx="100" cy="100" r="58" stroke="url(#voice-light)" />`}
    <g class="voice-bars">
      ${BARS.map((x) => svg`<rect class="voice-bar" x=${100 + x - 3} y="78" width="6" height="44" rx="3" />`)}
    </g>
    ${svg`<path class="voice-tick" d="m80 102 14 14 28-30" /><path class="voice-cross" d="m84 84 32 32m0-32-32 32" />`}
  </svg>`;
}
