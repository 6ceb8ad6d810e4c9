import { msg, str } from '@lit/localize';
import { ApiError, fieldOfCode } from '../../api/api-error.ts';
import type { BrowserDemoOrder, CallLanguage, DemoOrder, Voice } from '../../api/types.ts';
import { formatCount } from '../../ui/format.ts';
import { checkPhone, formatPhone } from '../../ui/phone.ts';
import { LANGUAGES, VOICES } from '../../ui/words.ts';

/** The longest prompt the API takes, in characters, until `about` says otherwise. */
export const PROMPT_LIMIT = 4000;

/** The form as it is on the screen; `phone` as it is typed. */
export interface OrderDraft {
  readonly phone: string;
  readonly language: CallLanguage;
  readonly voice: Voice;
  readonly prompt: string;
}

export type OrderField = keyof OrderDraft;
export type FieldErrors = Partial<Record<OrderField, string>>;

export type DraftCheck =
  | { readonly ok: true; readonly order: DemoOrder }
  | { readonly ok: false; readonly errors: FieldErrors };

/** The form as it opens: empty, or as it was sent last in this tab. Codes of another version are forgotten. */
export function newDraft(last: Partial<DemoOrder>): OrderDraft {
  const { phone, language, voice, prompt } = last;
  return {
    phone: typeof phone === 'string' ? formatPhone(phone) : '',
    language: LANGUAGES.find(({ code }) => code === language)?.code ?? 'auto',
    voice: VOICES.find((code) => code === voice) ?? 'female',
    prompt: typeof prompt === 'string' ? prompt : '',
  };
}

/** Checks before sending what the API would refuse anyway. */
export function checkDraft(draft: OrderDraft, promptLimit = PROMPT_LIMIT): DraftCheck {
  const errors: FieldErrors = {};
  const phone = checkPhone(draft.phone);
  if (!phone.ok) errors.phone = phone.message;
  const prompt = draft.prompt.trim();
  const extra = promptLength(prompt) - promptLimit;
  if (extra > 0) {
    errors.prompt = msg(
      str`Промпт длиннее ${formatCount(promptLimit)} знаков. Сократите на ${formatCount(extra)}.`,
    );
  }
  if (!phone.ok || errors.prompt !== undefined) return { ok: false, errors };
  return { ok: true, order: { phone: phone.phone, language: draft.language, voice: draft.voice, prompt } };
}

export type BrowserDraftCheck =
  | { readonly ok: true; readonly order: BrowserDemoOrder }
  | { readonly ok: false; readonly errors: FieldErrors };

/** The same where the page itself is the phone: a number may be missing, but not be wrong. */
export function checkBrowserDraft(draft: OrderDraft, promptLimit = PROMPT_LIMIT): BrowserDraftCheck {
  if (draft.phone.trim() !== '') return checkDraft(draft, promptLimit);
  const checked = checkDraft({ ...draft, phone: SOME_PHONE }, promptLimit);
  if (!checked.ok) return checked;
  const { language, voice, prompt } = checked.order;
  return { ok: true, order: { language, voice, prompt } };
}

/** Stands for a number that need not be there. */
const SOME_PHONE = '+79990000000';

/** Characters as JSON Schema counts them (code points), without the space around. */
export function promptLength(prompt: string): number {
  return Array.from(prompt.trim()).length;
}

/** Where a refused order is explained: at its field, or in a banner over the form. */
export interface Refusal {
  readonly errors: FieldErrors;
  readonly banner: string | undefined;
}

export function explainRefusal(cause: unknown): Refusal {
  if (!(cause instanceof ApiError)) {
    return { errors: {}, banner: msg('Не удалось отправить запрос. Обновите страницу и повторите.') };
  }
  const field = fieldOfCode(cause.code);
  if (field !== undefined) return { errors: { [field]: cause.message }, banner: undefined };
  if (cause.kind === 'timeout' || cause.kind === 'network') {
    const caution = msg('Звонок мог уже начаться: подождите минуту, прежде чем повторять.');
    return { errors: {}, banner: `${cause.message} ${caution}` };
  }
  return { errors: {}, banner: cause.message };
}

/** The first wrong field in the form's order: focus goes there. */
export function firstWrong(errors: FieldErrors): OrderField | undefined {
  return (['phone', 'language', 'voice', 'prompt'] as const).find((name) => errors[name] !== undefined);
}
