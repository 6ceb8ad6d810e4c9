import Type, { type Static } from 'typebox';
import { CallEvent } from '../../engine/contract/call-event.ts';
import { CallSession as SessionFields } from '../../engine/contract/call-session.ts';
import { CallId } from '../../engine/contract/ids.ts';
import { CALL_LANGUAGES, VOICES } from '../../engine/contract/languages.ts';
import { exact } from './exact.ts';

/** V1: a Russian number, `+7` or `8` and ten digits. */
export const PHONE_PATTERN = String.raw`^(\+7|8)\d{10}$`;

/** Longest accepted prompt, in characters. */
export const PROMPT_MAX_CHARS = 4000;

export const DEFAULT_LANGUAGE = 'auto';
export const DEFAULT_VOICE = 'neutral';

/**
 * V1 and D4.1: what a call is ordered with. Wrong types are refused, unknown fields are ignored (a caller's own
 * ids and comments do no harm). Without NUL, which PostgreSQL cannot store in text.
 */
export const CallOrderBody = Type.Object(
  {
    phone: Type.String({
      pattern: PHONE_PATTERN,
      description: 'Номер абонента: +7 или 8 и ещё 10 цифр. Хранится как +7….',
      examples: ['+79161234567'],
    }),
    language: Type.Optional(
      Type.Enum([...CALL_LANGUAGES], {
        default: DEFAULT_LANGUAGE,
        description:
          'Язык разговора. auto: начать по-русски и перейти на язык собеседника. Регистр букв не важен.',
        examples: ['auto'],
      }),
    ),
    voice: Type.Optional(
      Type.Enum([...VOICES], {
        default: DEFAULT_VOICE,
        description: 'Голос ассистента. Регистр букв не важен.',
        examples: ['female'],
      }),
    ),
    prompt: Type.Optional(
      Type.String({
        maxLength: PROMPT_MAX_CHARS,
        pattern: String.raw`^[^\u0000]*$`,
        default: '',
        description: 'О чём и с какой целью говорить, своими словами. Пустой: HALO рассказывает о себе.',
        examples: ['Пригласите на бесплатную консультацию в стоматологию «Улыбка» и узнайте удобное время.'],
      }),
    ),
  },
  { description: 'Заказ звонка.' },
);
export type CallOrderBody = Static<typeof CallOrderBody>;

/** V1's answer. */
export const CallCreated = exact(
  { call_id: CallId, status: Type.Literal('created') },
  { description: 'Звонок принят и ждёт набора.' },
);
export type CallCreated = Static<typeof CallCreated>;

/** V2 CallSession, and nothing beside its fields. */
export const CallSessionAnswer = exact(SessionFields.properties, { description: 'Звонок и его разговор.' });
export type CallSessionAnswer = Static<typeof CallSessionAnswer>;

/** The journal of a call. */
export const CallEvents = exact(
  {
    call_id: CallId,
    last_seq: Type.Integer({
      minimum: 0,
      description:
        'Номер последнего события в ответе; передайте его как after_seq, чтобы получить следующие.',
    }),
    events: Type.Array(CallEvent),
  },
  { description: 'События звонка по порядку.' },
);
export type CallEvents = Static<typeof CallEvents>;

export const CallEventsQuery = Type.Object({
  after_seq: Type.Optional(
    Type.String({
      pattern: String.raw`^\d{1,9}$`,
      description: 'Вернуть события с номером больше этого.',
      examples: ['12'],
    }),
  ),
});

/** Ids in paths are checked by the handlers: whatever is not known is 404, whatever its form. */
export const IdParams = Type.Object({ id: Type.String({ description: 'Идентификатор.' }) });
