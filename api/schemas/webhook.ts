import Type, { type Static } from 'typebox';
import { CallSession as SessionFields } from '../../engine/contract/call-session.ts';
import { SPOKEN_LANGUAGES } from '../../engine/contract/languages.ts';
import { exact, Moment, Nullable } from './exact.ts';

/** The body of the outgoing webhook. In Standard Webhooks' structure: type, timestamp, data. */
export const CallCompletedEvent = exact(
  {
    id: Type.String({
      pattern: '^evt_[0-9a-f-]{36}$',
      description:
        'Номер события, как в заголовке webhook-id. У повторов тот же: по нему отбрасывают дубликаты.',
      examples: ['evt_2f6b2f0e-6f0c-4d5e-9a52-0d0f6b8a7c11'],
    }),
    type: Type.Literal('call.completed'),
    timestamp: Moment,
    data: exact({
      call: exact(SessionFields.properties, { description: 'То же, что отвечает GET /call/{id}.' }),
      interest: Nullable(
        Type.String({ description: 'Чем интересуется собеседник; null — разговора или анализа нет.' }),
      ),
      reason: Nullable(
        Type.String({
          description: 'Почему звонок закончился, для людей.',
          examples: ['абонент не ответил'],
        }),
      ),
      language: Type.Enum([...SPOKEN_LANGUAGES], { description: 'На каком языке закончился разговор.' }),
      recording_url: Nullable(
        Type.String({
          description: 'Запись разговора, с ключом X-API-Key; null — записи нет или не задан PUBLIC_URL.',
        }),
      ),
    }),
  },
  { description: 'Звонок закончился: состоялся, не отвечен или не удался.' },
);
export type CallCompletedEvent = Static<typeof CallCompletedEvent>;
