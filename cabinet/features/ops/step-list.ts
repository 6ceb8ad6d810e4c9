import { msg } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { CallEvent } from '../../../engine/contract/call-event.ts';
import type { TraceStep } from '../../../engine/contract/call-trace.ts';

/** All that the machine took, and did; `at` is the step that is shown. */
export function stepList(
  steps: readonly TraceStep[],
  at: number,
  onPick: (index: number) => void,
): TemplateResult {
  return html`<h3>${msg('Шаги машины')}</h3>
    <ol class="ops-steps" tabindex="0" aria-label=${msg('Шаги машины')}>
      ${steps.map(
        (step, index) =>
          html`<li>
            <button
              type="button"
              class="ops-step"
              aria-current=${index === at ? 'step' : nothing}
              @click=${() => onPick(index)}
            >
              <span class="ops-step-time">${seconds(step.ms)}</span>
              <span class="ops-step-event"
                >${step.from === step.type.split('.')[0] ? '' : `${step.from} · `}${step.type}</span
              >
              ${(step.did ?? []).map((did) => html`<span class="ops-step-did">${did}</span>`)}
            </button>
          </li>`,
      )}
    </ol>`;
}

/** The journal alone, where the machine's steps cannot be seen: in another process, or before they were kept. */
export function eventList(events: readonly CallEvent[]): TemplateResult {
  const startedAt = Date.parse(events[0]?.at ?? '');
  return html`<h3>${msg('Журнал')}</h3>
    <ol class="ops-steps" tabindex="0" aria-label=${msg('Журнал')}>
      ${events.map(
        ({ at, type }) =>
          html`<li class="ops-step ops-step-told">
            <span class="ops-step-time">${seconds(Date.parse(at) - startedAt)}</span>
            <span class="ops-step-event">${type}</span>
          </li>`,
      )}
    </ol>`;
}

export function stepWords({ ms, from, type }: TraceStep): string {
  return `${seconds(ms)}: ${from} ${type}`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}
