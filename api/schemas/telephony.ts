import Type from 'typebox';
import { exact } from './exact.ts';

/** What the provider hears back of an event. */
export const EventTaken = exact(
  {
    status: Type.Enum(['accepted', 'ignored'], {
      description: 'ignored: это уже известно, пришло слишком поздно или не относится к звонку.',
    }),
    hangup: Type.Boolean({
      description: 'true: для HALO этот звонок закончен; если абонент ещё на линии, отпустите его.',
    }),
  },
  { description: 'Событие принято.' },
);

/** V4.3: where the assistant's answer will be. */
export const SoundTaken = exact(
  {
    call_id: Type.String({ format: 'uuid' }),
    reply: Type.Integer({ minimum: 1, description: 'Номер ответа.' }),
    reply_url: Type.String({
      description: 'Ответ ассистента, WAV; отдаётся один раз, запрос ждёт конца реплики.',
    }),
  },
  { description: 'Звук принят.' },
);

export const SoundParams = Type.Object({ call_id: Type.String({ description: 'Идентификатор звонка.' }) });

export const ReplyParams = Type.Object({
  call_id: Type.String({ description: 'Идентификатор звонка.' }),
  reply: Type.String({ description: 'Номер ответа.' }),
});

export const TokenQuery = Type.Object({
  token: Type.Optional(Type.String({ maxLength: 200, description: 'Одноразовый ключ из выданного адреса.' })),
});

export const PostedQuery = Type.Object({
  call_id: Type.Optional(Type.String({ maxLength: 100, description: 'Идентификатор звонка.' })),
});

/** Bytes of an answer. */
export const Bytes = Type.Unsafe<Buffer>({ type: 'string', format: 'binary' });
