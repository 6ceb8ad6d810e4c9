import { resolve } from 'node:path';
import {
  PERSONAS,
  type FarEndOrder,
  type LineFaults,
  type PersonaName,
} from '../../engine/contract/call-plan.ts';
import { CALL_LANGUAGES, VOICES } from '../../engine/contract/languages.ts';
import type { CallOrder } from '../../api/persistence/store.ts';
import { PROMPT_MAX_CHARS } from '../../api/schemas/call.ts';
import { parseOrUsage, UsageError } from '../lib/usage.ts';

export const VIA = ['auto', 'asterisk', 'simulator'] as const;
export type Via = (typeof VIA)[number];

export const HELP = `npm run call -- --to +79990000001 [настройки]

Один звонок без браузера: набор, разговор, результат, запись.

  --to НОМЕР          +7 или 8 и ещё десять цифр
  --via ЧЕМ           ${VIA.join(', ')} (как HALO_TELEPHONY): asterisk — через два настоящих Asterisk или ваш транк
  --persona КТО       кто ответит: ${PERSONAS.join(', ')}
                      (без неё решает номер: …0001 interested, …0002 not_interested, …0003 call_later, …0004 neutral,
                      …0005 silent, …0006 hangs_up, …0007 long_winded, …0480 и …0180 нет ответа, …0486 занято, …0403 отклонён,
                      …0404 нет номера, …0408 сеть молчит, …0503 ошибка); у вашего транка решает сам абонент
  --audio ФАЙЛ.wav …  ваши записи звучат как реплики абонента, по одной на реплику
  --language ЯЗЫК     ${CALL_LANGUAGES.join(', ')} (auto)
  --voice ГОЛОС       ${VOICES.join(', ')} (female)
  --prompt ТЕКСТ      о чём говорит ассистент
  --loss 0.05 --jitter 40 --noise 15   линия абонента: доля потерь, дрожание в мс, сигнал/шум в дБ
  --json              последняя строка вывода: JSON с результатом

Код выхода: 0 — звонок состоялся и его итог такой, какой должен быть у этого абонента; 1 — нет; 2 — неверные настройки.`;

export interface CallOptions {
  readonly order: CallOrder;
  /** Undefined: as HALO_TELEPHONY says. */
  readonly via: Via | undefined;
  readonly persona: PersonaName | undefined;
  readonly audioFiles: readonly string[];
  readonly json: boolean;
}

/** Reads the command line; undefined when help was asked for. Throws UsageError. */
export function readOptions(args: readonly string[]): CallOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help === true) return undefined;
  const persona = oneOf('--persona', values.persona, PERSONAS);
  const audioFiles = [...(values.audio ?? []), ...positionals].map((file) => resolve(file));
  if (positionals.length > 0 && values.audio === undefined) {
    throw new UsageError(`непонятно: «${positionals.join(' ')}»; записи перечисляются после --audio`);
  }
  const faults = readFaults(values);
  const farEnd: FarEndOrder = {
    ...(persona === undefined ? {} : { persona }),
    ...(audioFiles.length === 0 ? {} : { audioFiles }),
    ...(faults === undefined ? {} : { faults }),
  };
  return {
    order: {
      phone: readPhone(values.to),
      language: oneOf('--language', values.language, CALL_LANGUAGES) ?? 'auto',
      voice: oneOf('--voice', values.voice, VOICES) ?? 'female',
      prompt: readPrompt(values.prompt),
      farEnd,
    },
    via: oneOf('--via', values.via, VIA),
    persona,
    audioFiles,
    json: values.json === true,
  };
}

function parse(args: readonly string[]) {
  return parseOrUsage(args, {
    allowPositionals: true,
    options: {
      to: { type: 'string' },
      via: { type: 'string' },
      persona: { type: 'string' },
      audio: { type: 'string', multiple: true },
      language: { type: 'string' },
      voice: { type: 'string' },
      prompt: { type: 'string' },
      loss: { type: 'string' },
      jitter: { type: 'string' },
      noise: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
}

export function readPhone(text: string | undefined): string {
  if (text === undefined) throw new UsageError('кому звонить? Укажите --to +79990000001');
  const phone = text.replaceAll(/[\s()-]/g, '');
  if (!/^(\+7|8)\d{10}$/.test(phone))
    throw new UsageError(`--to ${text}: нужен номер вида +79XXXXXXXXX или 89XXXXXXXXX`);
  return `+7${phone.slice(-10)}`;
}

/** As long as the API takes it, counted as JSON Schema counts: in code points. */
export function readPrompt(text = ''): string {
  const length = Array.from(text).length;
  if (length <= PROMPT_MAX_CHARS) return text;
  throw new UsageError(`--prompt: ${length} знаков, можно до ${PROMPT_MAX_CHARS}`);
}

export function oneOf<T extends string>(
  name: string,
  value: string | undefined,
  allowed: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  const found = allowed.find((one) => one === value.toLowerCase());
  if (found === undefined) throw new UsageError(`${name} ${value}: можно ${allowed.join(', ')}`);
  return found;
}

export function readFaults(values: {
  loss?: string;
  jitter?: string;
  noise?: string;
}): LineFaults | undefined {
  const loss = number('--loss', values.loss, 0, 0.5);
  const jitterMs = number('--jitter', values.jitter, 0, 500);
  const noiseSnrDb = number('--noise', values.noise, -10, 60);
  const faults: LineFaults = {
    ...(loss === undefined ? {} : { loss }),
    ...(jitterMs === undefined ? {} : { jitterMs }),
    ...(noiseSnrDb === undefined ? {} : { noiseSnrDb }),
  };
  return Object.keys(faults).length === 0 ? undefined : faults;
}

function number(name: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most)) {
    throw new UsageError(`${name} ${text}: нужно число от ${least} до ${most}`);
  }
  return value;
}
