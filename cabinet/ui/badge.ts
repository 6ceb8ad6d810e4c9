import { msg } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import type { Disposition } from '../api/types.ts';
import { DISPOSITION_TONES, dispositionWords, type Tone } from './words.ts';

export function badge(text: string, tone: Tone = 'plain'): TemplateResult {
  return html`<span class="badge badge-${tone}">${text}</span>`;
}

export function dispositionBadge(disposition: Disposition): TemplateResult {
  return badge(dispositionWords(disposition), DISPOSITION_TONES[disposition]);
}

/** The visitor's own data. */
export const ownBadge = (): TemplateResult => badge(msg('Вы'), 'own');
