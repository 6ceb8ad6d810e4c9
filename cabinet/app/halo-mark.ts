import { html, type TemplateResult } from 'lit';

/** The sign of HALO: a ring of light that is not quite closed. */
export function haloMark(): TemplateResult {
  return html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <defs>
      <linearGradient id="mark-light" x1="0" y1="0" x2="1" y2="1">
        <stop offset="0" class="halo-stop-1" />
        <stop offset="0.55" class="halo-stop-2" />
        <stop offset="1" class="halo-stop-3" />
      </linearGradient>
    </defs>
    <circle cx="16" cy="16" r="11.5" class="mark-ring" />
    <circle cx="16" cy="16" r="6.5" class="mark-inner" />
  </svg>`;
}
