import { svg, html, type TemplateResult } from 'lit';

/** Icons are drawn here, never fetched, and are decoration: the words beside them carry the meaning. */
const PATHS = {
  pending: svg`<circle cx="12" cy="12" r="8" />`,
  active: svg`<path d="M12 4a8 8 0 1 1-8 8" />`,
  done: svg`<circle cx="12" cy="12" r="9" /><path d="m8 12.2 2.8 2.8L16 9.5" />`,
  failed: svg`<circle cx="12" cy="12" r="9" /><path d="m9 9 6 6m0-6-6 6" />`,
  skipped: svg`<path d="M6 12h12" />`,
  phone: svg`<path d="M6.6 3.5h3l1.5 4-2 1.6a11 11 0 0 0 5.8 5.8l1.6-2 4 1.5v3a2 2 0 0 1-2.2 2A16.5 16.5 0 0 1 4.6 5.7a2 2 0 0 1 2-2.2z" />`,
  chat: svg`<path d="M4 5h16v11H9l-5 4z" />`,
  info: svg`<circle cx="12" cy="12" r="9" /><path d="M12 11v5m0-8.5v.5" />`,
  warning: svg`<path d="M12 4 2.8 20h18.4zM12 10v4.5m0 2.5v.3" />`,
  sun: svg`<circle cx="12" cy="12" r="4" /><path d="M12 3v2m0 14v2M3 12h2m14 0h2M5.6 5.6 7 7m10 10 1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4" />`,
  moon: svg`<path d="M19.5 14.6A8 8 0 0 1 9.4 4.5a8 8 0 1 0 10.1 10.1z" />`,
  auto: svg`<circle cx="12" cy="12" r="8" /><path d="M12 4v16a8 8 0 0 0 0-16z" fill="currentcolor" />`,
  close: svg`<path d="m6 6 12 12M18 6 6 18" />`,
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon icon-${name}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    ${PATHS[name]}
  </svg>`;
}
