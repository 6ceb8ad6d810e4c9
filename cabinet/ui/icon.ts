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
  pause: svg`<path d="M9 6v12m6-12v12" />`,
  play: svg`<path d="M8 5.5v13l11-6.5z" />`,
  spark: svg`<path d="M12 3.5c.6 4.9 3.1 7.4 8 8-4.9.6-7.4 3.1-8 8-.6-4.9-3.1-7.4-8-8 4.9-.6 7.4-3.1 8-8z" />`,
  people: svg`<circle cx="9" cy="8.5" r="3.5" /><path d="M2.8 19.5a6.3 6.3 0 0 1 12.4 0M16 5.4a3.5 3.5 0 0 1 0 6.2m2 2.4a6.3 6.3 0 0 1 3.3 5.5" />`,
  'voice-high': svg`<path d="M3 12h2l2-7 3 14 3-14 3 14 2-7h3" />`,
  'voice-low': svg`<path d="M2 12c2.5-9 5-9 7.5 0s5 9 7.5 0 3.500-6 5-3" />`,
  'voice-even': svg`<path d="M2.500 12h3l2-4 3 8 3-8 3 8 2-4h3" />`,
  tooth: svg`<path d="M7 3.500c2 0 3 1.200 5 1.200s3-1.200 5-1.200c2.700 0 4 2.200 3.600 5.200-.4 3-1.800 4-2.300 7-.4 2.600-.8 4.800-2.200 4.800-2.400 0-1.600-6-4.100-6s-1.700 6-4.100 6c-1.400 0-1.800-2.200-2.200-4.800-.5-3-1.900-4-2.300-7C3 5.700 4.300 3.500 7 3.500z" />`,
  book: svg`<path d="M12 6.500C10 5 7 4.500 3.500 4.500v13c3.500 0 6.500.5 8.500 2 2-1.500 5-2 8.500-2v-13C17 4.500 14 5 12 6.500zm0 0v13" />`,
  offline: svg`<path d="M3 3l18 18M8.500 16a5 5 0 0 1 7 0M5 12.500a10 10 0 0 1 4-2.400m4.500-.2a10 10 0 0 1 5.500 2.600M2 9a15 15 0 0 1 4.500-3m4-.9A15 15 0 0 1 22 9M12 19.500v.1" />`,
  read: svg`<path d="m2 13 4 4L15 7M11 16l1 1 9-10" />`,
  send: svg`<path d="m4 12 16-7-5 15-3.5-6.5z" />`,
  close: svg`<path d="m6 6 12 12M18 6 6 18" />`,
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon icon-${name}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    ${PATHS[name]}
  </svg>`;
}
