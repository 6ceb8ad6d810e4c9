import { html, type TemplateResult } from 'lit';

/** The window's shape while its call is on its way. */
export function skeleton(words: string): TemplateResult {
  return html`<div class="call" role="status">
    <span class="unseen">${words}</span>
    <div class="call-facts">${[1, 2, 3, 4].map(() => html`<span class="bone bone-fact"></span>`)}</div>
    <span class="bone bone-wave"></span>
    <div class="call-columns">
      <div class="call-talk">
        ${[1, 2, 3, 4].map((at) => html`<span class="bone bone-line bone-line-${at % 2}"></span>`)}
      </div>
      <div class="call-side"><span class="bone bone-side"></span></div>
    </div>
  </div>`;
}
