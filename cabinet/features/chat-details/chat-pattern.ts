import { html, type TemplateResult } from 'lit';

/** The doodles behind a chat, drawn once and repeated: a handset, a bubble, a plane, a ring, a wave, a star. */
export function chatPattern(): TemplateResult {
  return html`<svg class="chat-pattern" aria-hidden="true" focusable="false">
    <defs>
      <pattern
        id="chat-doodles"
        width="150"
        height="150"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(-8)"
      >
        <path
          d="M14 16c3-3 5-3 7 0l3 5-4 4c2 6 6 10 12 12l4-4 5 3c3 2 3 4 0 7-3 4-8 4-14 1C17 38 11 31 10 24c-1-3 1-6 4-8z"
        />
        <path
          d="M86 14h34a6 6 0 0 1 6 6v16a6 6 0 0 1-6 6h-20l-12 8 2-8h-4a6 6 0 0 1-6-6V20a6 6 0 0 1 6-6zM90 24h26M90 32h16"
        />
        <path d="m20 86 34-12-10 34-8-12zM36 96l8-12" />
        <circle cx="104" cy="92" r="15" />
        <circle cx="104" cy="92" r="6" />
        <path d="M62 54v10m5-14v18m5-24v30m5-22v14m5-10v6" />
        <path d="m62 124 3 7 7 1-5 5 1 7-6-4-6 4 1-7-5-5 7-1z" />
        <path d="M112 128c4-6 8-6 12 0s8 6 12 0" />
        <circle cx="22" cy="134" r="3" />
        <circle cx="140" cy="66" r="3" />
      </pattern>
    </defs>
    <rect width="100%" height="100%" fill="url(#chat-doodles)" />
  </svg>`;
}
