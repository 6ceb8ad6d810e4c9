import { describe, expect, it } from 'vitest';
import { ApiError } from '../../api/api-error.ts';
import {
  PROMPT_LIMIT,
  checkBrowserDraft,
  checkDraft,
  explainRefusal,
  firstWrong,
  newDraft,
} from './order-form.ts';
import { promptExamples } from './prompt-examples.ts';
import { simulatedCallers, simulatedPhone } from './simulated-callers.ts';
import { checkPhone } from '../../ui/phone.ts';

const draft = {
  phone: '8 (999) 000-00-01',
  language: 'ru',
  voice: 'male',
  prompt: '  Предложи чай. ',
} as const;

describe('order form', () => {
  it('makes an order with the phone as +7… and a trimmed prompt', () => {
    expect(checkDraft(draft)).toEqual({
      ok: true,
      order: { phone: '+79990000001', language: 'ru', voice: 'male', prompt: 'Предложи чай.' },
    });
  });

  it('says what is wrong at each field', () => {
    const checked = checkDraft({ ...draft, phone: '123', prompt: 'ы'.repeat(PROMPT_LIMIT + 3) });
    expect(checked.ok).toBe(false);
    const errors = checked.ok ? {} : checked.errors;
    expect(errors.phone).toMatch(/неполный/);
    expect(errors.prompt).toMatch(/Сократите на 3/);
    expect(firstWrong(errors)).toBe('phone');
  });

  it('needs no phone where the page is the phone, but takes no wrong one', () => {
    expect(checkBrowserDraft({ ...draft, phone: ' ' })).toEqual({
      ok: true,
      order: { language: 'ru', voice: 'male', prompt: 'Предложи чай.' },
    });
    expect(checkBrowserDraft(draft)).toMatchObject({ ok: true, order: { phone: '+79990000001' } });
    expect(checkBrowserDraft({ ...draft, phone: '123' })).toMatchObject({ ok: false });
    expect(checkBrowserDraft({ ...draft, phone: '', prompt: 'ы'.repeat(PROMPT_LIMIT + 1) }).ok).toBe(false);
  });

  it('counts a prompt as the API does: an emoji is one character', () => {
    expect(checkDraft({ ...draft, prompt: '🦷'.repeat(PROMPT_LIMIT) }).ok).toBe(true);
  });

  it('opens as it was sent last, and forgets codes it does not know', () => {
    expect(newDraft({ phone: '+79990000001', voice: 'male' })).toEqual({
      phone: '+7 999 000-00-01',
      language: 'auto',
      voice: 'male',
      prompt: '',
    });
    const stale = JSON.parse('{"phone":7,"language":"xx","voice":"robot","prompt":[]}') as object;
    expect(newDraft(stale)).toEqual({ phone: '', language: 'auto', voice: 'female', prompt: '' });
  });

  it('explains a refusal at its field or in the banner', () => {
    const phone = new ApiError('http', 'Номер неверный.', { status: 400, code: 'INVALID_PHONE' });
    expect(explainRefusal(phone)).toEqual({ errors: { phone: 'Номер неверный.' }, banner: undefined });
    const busy = new ApiError('http', 'Все линии заняты.', { status: 503, code: 'ENGINE_BUSY' });
    expect(explainRefusal(busy).banner).toBe('Все линии заняты.');
    expect(explainRefusal(new ApiError('timeout', 'Сервер не ответил вовремя.')).banner).toMatch(
      /мог уже начаться/,
    );
    expect(explainRefusal(new Error('bug')).banner).toMatch(/Обновите/);
  });

  it('offers examples and simulated numbers that the form itself accepts', () => {
    for (const { text } of promptExamples()) expect(checkDraft({ ...draft, prompt: text }).ok).toBe(true);
    for (const { digits } of simulatedCallers()) {
      const check = checkPhone(simulatedPhone(digits));
      expect(check.ok && check.phone.endsWith(digits)).toBe(true);
    }
  });
});
