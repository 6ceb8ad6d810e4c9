import { html, type TemplateResult } from 'lit';

export function haloAvatar(): TemplateResult {
  return html`<svg class="avatar" viewBox="0 0 32 32" role="img" aria-label="HALO">
    <circle cx="16" cy="16" r="16" class="avatar-back" />
    <circle cx="16" cy="16" r="8" class="avatar-ring" />
    <circle cx="16" cy="16" r="2.4" class="avatar-dot" />
  </svg>`;
}
