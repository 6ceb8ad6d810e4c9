import Type, { type Static } from 'typebox';
import { LINE_CODECS, PERSONAS } from '../../engine/contract/call-plan.ts';
import { CALL_STATUSES, DISPOSITIONS } from '../../engine/contract/call-session.ts';
import { UTTERANCE_KINDS } from '../../engine/contract/call-event.ts';
import { CALL_LANGUAGES, SPOKEN_LANGUAGES, VOICES } from '../../engine/contract/languages.ts';

/** The YAML of `seeds/scenarios`. `description`s are the advice of its error messages, in Russian. */

const strict = { additionalProperties: false } as const;
const Duration = Type.String({
  pattern: String.raw`^\d+(\.\d+)?\s*(ms|s|m)$`,
  description: 'время с единицей: 300ms, 1.5s, 2m',
});
const Share = Type.Number({ minimum: 0, maximum: 1, description: 'доля от 0 до 1: 0.05' });
const Words = Type.String({ minLength: 1, description: 'регулярное выражение, например «до свидания»' });
const Flag = Type.Boolean({ description: 'true или false' });
const When = Type.String({
  pattern: String.raw`^(silence|(silence|at|over|after)=\d+(\.\d+)?\s*(ms|s|m))$`,
  description: 'когда: silence, silence=3s, at=3.2s, over=1.5s или after=0.5s',
});

/** What the caller says: words (spoken by the offline voice), a bundled line, a file, or a sound that is no speech. */
export const Saying = Type.Union(
  [
    Type.String({ minLength: 1 }),
    Type.Object({ line: Type.String({ minLength: 1 }), when: Type.Optional(When) }, strict),
    Type.Object({ text: Type.String({ minLength: 1 }), when: Type.Optional(When) }, strict),
    Type.Object(
      { file: Type.String({ minLength: 1 }), heard: Type.Optional(Type.String()), when: Type.Optional(When) },
      strict,
    ),
    Type.Object({ sound: Type.Enum(['cough', 'burst', 'mm']), when: Type.Optional(When) }, strict),
  ],
  {
    description:
      'слова в кавычках, {line: interested-ru-1}, {text: …}, {file: запись.wav, heard: её слова} или {sound: cough|burst|mm}; у каждого может быть when',
  },
);
export type Saying = Static<typeof Saying>;

const Step = Type.Union(
  [
    Type.Object({ say: Saying }, strict),
    Type.Object({ interrupt: Saying, after: Type.Optional(Duration) }, strict),
    Type.Object({ wait: Duration }, strict),
    Type.Object({ silence: Duration }, strict),
    Type.Object(
      {
        dtmf: Type.String({ pattern: '^[0-9*#A-D]+$', description: 'клавиши: "12#"' }),
        when: Type.Optional(When),
      },
      strict,
    ),
    Type.Object({ hang_up: When }, strict),
  ],
  {
    description:
      'шаг: say, interrupt (с after: 1.5s), wait, silence, dtmf или hang_up (silence, at=…, over=…, after=…)',
  },
);
export type Step = Static<typeof Step>;

export const STAGES = ['stt', 'chat', 'tts'] as const;
export type Stage = (typeof STAGES)[number];
export const FAILURES = [
  'timeout',
  '429',
  '500',
  'hang',
  'cut',
  'nonsense',
  'html',
  'empty',
  'silence',
] as const;
export type Failure = (typeof FAILURES)[number];

const Provider = Type.Object(
  {
    latency: Type.Optional(
      Type.Object(
        { stt: Type.Optional(Duration), chat: Type.Optional(Duration), tts: Type.Optional(Duration) },
        { ...strict, description: 'задержки провайдера: {stt: 300ms, chat: 350ms, tts: 250ms}' },
      ),
    ),
    fillers: Type.Optional(Flag),
    http: Type.Optional(
      Type.Array(Type.Enum([...STAGES]), {
        description: `что идёт по HTTP через поддельный OpenAI: ${STAGES.join(', ')}`,
      }),
    ),
    fail: Type.Optional(
      Type.Object(
        {
          stage: Type.Enum([...STAGES], { description: `что ломается: ${STAGES.join(', ')}` }),
          how: Type.Enum([...FAILURES], { description: `как (числа в кавычках): ${FAILURES.join(', ')}` }),
          from: Type.Optional(Type.Integer({ minimum: 1, description: 'с какого запроса, от 1' })),
          times: Type.Optional(Type.Integer({ minimum: 1, description: 'сколько отказов до починки' })),
        },
        { ...strict, description: 'сбой: {stage: stt, how: "500", from: 1, times: 1}' },
      ),
    ),
    says: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description: 'что ассистент отвечает подряд, вместо правил',
      }),
    ),
    greets: Type.Optional(Type.String({ minLength: 1 })),
  },
  { ...strict, description: 'провайдер речи: latency, fillers, http, fail, says, greets' },
);
export type Provider = Static<typeof Provider>;

const Line = Type.Object(
  {
    loss: Type.Optional(Share),
    reorder: Type.Optional(Share),
    duplicates: Type.Optional(Share),
    jitter_ms: Type.Optional(Type.Number({ minimum: 0, maximum: 500, description: 'от 0 до 500 мс' })),
    noise_db: Type.Optional(Type.Number({ minimum: -10, maximum: 60, description: 'сигнал/шум, дБ: 15' })),
    drift_ppm: Type.Optional(
      Type.Number({ minimum: -5_000, maximum: 5_000, description: 'уход часов, миллионных долей: 200' }),
    ),
    codec: Type.Optional(Type.Enum([...LINE_CODECS], { description: LINE_CODECS.join(' или ') })),
  },
  { ...strict, description: 'линия: loss, reorder, duplicates, jitter_ms, noise_db, drift_ppm, codec' },
);

const Within = Type.Object(
  {
    within: Duration,
    at_least: Type.Optional(Type.Integer({ minimum: 0, description: 'сколько раз, не меньше' })),
  },
  { ...strict, description: 'например {within: 2s, at_least: 1}' },
);
const Kinds = Type.Array(Type.Enum([...UTTERANCE_KINDS]), {
  description: `реплики по порядку: ${UTTERANCE_KINDS.join(', ')}`,
});

/** What must come of it. Where `failures` is left out there must be none. */
export const Expectations = Type.Object(
  {
    /** The order is refused as `POST /call` refuses it. */
    refused: Type.Optional(Flag),
    status: Type.Optional(Type.Enum([...CALL_STATUSES], { description: CALL_STATUSES.join(', ') })),
    reason: Type.Optional(Words),
    disposition: Type.Optional(Type.Enum([...DISPOSITIONS], { description: DISPOSITIONS.join(', ') })),
    language: Type.Optional(Type.Enum([...SPOKEN_LANGUAGES], { description: SPOKEN_LANGUAGES.join(', ') })),
    /** From the caller's last voiced sample to the first of the reply itself. */
    reply: Type.Optional(Within),
    /** The same to any sound, fillers too, measured on the recording by energy alone. */
    sound: Type.Optional(Within),
    /** The assistant is silent so soon after the caller has begun to speak over him. */
    stops: Type.Optional(Within),
    /** He goes on from where he was. */
    goes_on: Type.Optional(
      Type.Integer({ minimum: 0, description: 'сколько раз продолжил с того же места' }),
    ),
    /** Utterances that were left off for good. */
    broken_off: Type.Optional(Type.Integer({ minimum: 0, description: 'сколько реплик оборвано' })),
    no_premature_reply: Type.Optional(Flag),
    says: Type.Optional(Type.Array(Words, { description: 'список выражений, каждое должно прозвучать' })),
    never_says: Type.Optional(Type.Array(Words, { description: 'список выражений, которых быть не должно' })),
    /** Turn by turn, in full. */
    heard: Type.Optional(Type.Array(Type.String(), { description: 'слова абонента, реплика за репликой' })),
    unrecognised: Type.Optional(Type.Integer({ minimum: 0, description: 'сколько реплик не разобрано' })),
    kinds: Type.Optional(Kinds),
    has_kinds: Type.Optional(Kinds),
    fillers: Type.Optional(Within),
    failures: Type.Optional(
      Type.Array(Type.String({ pattern: '^(stt|operator|tts|media) [A-Z_]+$' }), {
        description: 'какие отказы в журнале: ["stt STT_TIMEOUT"]',
      }),
    ),
    /** The longest silence of both sides between the answer and the end. */
    silent_at_most: Type.Optional(Duration),
    lasts_at_most: Type.Optional(Duration),
    lasts_at_least: Type.Optional(Duration),
    limit: Type.Optional(Type.Enum(['time', 'pairs'], { description: 'time или pairs' })),
    dtmf: Type.Optional(Type.String({ description: 'клавиши в кавычках: "12#"' })),
    lost_packets: Type.Optional(
      Type.Object(
        { at_least: Type.Optional(Type.Integer()), at_most: Type.Optional(Type.Integer()) },
        { ...strict, description: '{at_least: 1, at_most: 200}' },
      ),
    ),
    /** V8's row, a column each. */
    row: Type.Optional(
      Type.Record(Type.String(), Words, { description: 'столбцы строки таблицы: {status: completed, …}' }),
    ),
    /** V10: messages of the log, each with the call's id. */
    log: Type.Optional(Type.Array(Type.String(), { description: 'сообщения журнала: ["call ended"]' })),
  },
  { ...strict, description: 'ожидания, см. seeds/scenarios/README.md' },
);
export type Expectations = Static<typeof Expectations>;

export const Scenario = Type.Object(
  {
    title: Type.String({ minLength: 1, description: 'что проверяется, одной строкой' }),
    covers: Type.Array(Type.String({ pattern: String.raw`^(V([1-9]|10)|D\d+|C\d|provider)$` }), {
      minItems: 1,
      description: 'какие пункты задания: [V5, V9]',
    }),
    repeat: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1000, description: 'сколько раз, от 1 до 1000' }),
    ),
    at_once: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 50, description: 'сколько звонков сразу, до 50' }),
    ),
    ci: Type.Optional(Flag),
    call: Type.Optional(
      Type.Object(
        {
          to: Type.Optional(Type.String({ description: 'номер в кавычках: "+79990000486"' })),
          language: Type.Optional(Type.Enum([...CALL_LANGUAGES], { description: CALL_LANGUAGES.join(', ') })),
          voice: Type.Optional(Type.Enum([...VOICES], { description: VOICES.join(', ') })),
          prompt: Type.Optional(Type.String()),
          via: Type.Optional(Type.Enum(['simulator', 'provider'], { description: 'simulator или provider' })),
        },
        { ...strict, description: 'заказ: to, language, voice, prompt, via' },
      ),
    ),
    persona: Type.Optional(Type.Enum([...PERSONAS], { description: PERSONAS.join(', ') })),
    line: Type.Optional(Line),
    provider: Type.Optional(Provider),
    steps: Type.Optional(Type.Array(Step, { minItems: 1, description: 'список шагов абонента' })),
    expect: Expectations,
  },
  {
    ...strict,
    description: 'сценарий: title, covers, call, persona, line, provider, steps, expect, repeat, at_once, ci',
  },
);
export type Scenario = Static<typeof Scenario>;
