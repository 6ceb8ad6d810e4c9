import { resolve } from 'node:path';
import {
  PERSONAS,
  type LineFaults,
  type PersonaName,
  type StepTime,
} from '../../engine/contract/call-plan.ts';
import { CALL_LANGUAGES, VOICES } from '../../engine/contract/languages.ts';
import type { CallOrder } from '../../api/persistence/store.ts';
import { oneOf, readFaults, readPhone, readPrompt, type Via } from '../call/options.ts';
import { parseOrUsage, UsageError } from '../lib/usage.ts';

export const HELP = `npm run inject -- голос.wav [ещё.mp3 …] [настройки]

Ваши записи звучат в RTP настоящего звонка голосом абонента, реплика за репликой. Читается всё, что читает ffmpeg:
wav, mp3, ogg, m4a… В конце: разговор, паузы, перебивания, итог, путь к записи.

  --when КОГДА        когда звучат файлы, которые названы после него (до следующего --when):
                        silence      когда ассистент договорил (так и без --when)
                        at=3.2s      через 3,2 с после ответа на звонок, что бы ни звучало
                        over=1.5s    поверх ассистента, через 1,5 с после начала его реплики
                      файлы звучат по очереди: чей миг прошёл, пока звучал прежний, звучит сразу за ним
  --via ЧЕМ           simulator, asterisk (через два настоящих Asterisk) или rtp://хост:порт — в чужой RTP-порт (PCMU, 20 мс),
                      без набора номера; без --via — как в HALO_TELEPHONY
  --persona КТО       чей итог должен получиться: ${PERSONAS.join(', ')}
  --to НОМЕР          на какой номер звонок (+79990000001)
  --language ЯЗЫК     ${CALL_LANGUAGES.join(', ')} (auto)
  --voice ГОЛОС       ${VOICES.join(', ')} (female)
  --prompt ТЕКСТ      о чём говорит ассистент
  --loss 0.05 --jitter 40 --noise 15   линия абонента: доля потерь, дрожание в мс, сигнал/шум в дБ
  --out ФАЙЛ.wav      куда записать разговор через rtp:// (halo-rtp.wav)
  --json              в стандартный вывод — один JSON, остальное — в поток ошибок
  --get-ffmpeg        только скачать ffmpeg в папку проекта (из архива Debian, 141 МБ, без прав администратора)

ffmpeg ищется так: FFMPEG_BIN, пакет ffmpeg-static, PATH, скачанный. Простой WAV играет и без него.
Код выхода: 0 — звонок состоялся, все записи прозвучали (и итог тот, что у --persona); 1 — нет; 2 — неверные настройки или файл.`;

/** A recording of the tester's and when it sounds. */
export interface InjectedTurn {
  readonly file: string;
  readonly when: StepTime;
  /** As it was written: `over=1.5s`. */
  readonly whenText: string;
}

export type InjectVia =
  /** Undefined: as HALO_TELEPHONY says. */
  | { readonly kind: 'halo'; readonly telephony: Via | undefined }
  | { readonly kind: 'rtp'; readonly host: string; readonly port: number };

export interface InjectOptions {
  readonly turns: readonly InjectedTurn[];
  readonly via: InjectVia;
  readonly persona: PersonaName | undefined;
  readonly order: Omit<CallOrder, 'farEnd'>;
  readonly faults: LineFaults | undefined;
  readonly out: string;
  readonly json: boolean;
}

/** Reads the command line; `help` and `get-ffmpeg` where nothing else was asked. Throws UsageError. */
export function readOptions(args: readonly string[]): InjectOptions | 'help' | 'get-ffmpeg' {
  const { values, tokens } = parse(args);
  if (values.help === true) return 'help';
  if (values['get-ffmpeg'] === true) return 'get-ffmpeg';
  const turns = readTurns(tokens);
  if (turns.length === 0)
    throw new UsageError('что играть? Назовите хотя бы один файл: npm run inject -- голос.wav');
  const via = readVia(values.via);
  const persona = oneOf('--persona', values.persona, PERSONAS);
  if (via.kind === 'rtp' && persona !== undefined) {
    throw new UsageError(
      '--persona не сочетается с rtp://: итог разговора знает только HALO, а там виден один звук',
    );
  }
  return {
    turns,
    via,
    persona,
    order: {
      phone: readPhone(values.to ?? '+79990000001'),
      language: oneOf('--language', values.language, CALL_LANGUAGES) ?? 'auto',
      voice: oneOf('--voice', values.voice, VOICES) ?? 'female',
      prompt: readPrompt(values.prompt),
    },
    faults: readFaults(values),
    out: resolve(values.out ?? 'halo-rtp.wav'),
    json: values.json === true,
  };
}

function parse(args: readonly string[]) {
  return parseOrUsage(args, {
    allowPositionals: true,
    tokens: true,
    options: {
      when: { type: 'string', multiple: true },
      via: { type: 'string' },
      persona: { type: 'string' },
      to: { type: 'string' },
      language: { type: 'string' },
      voice: { type: 'string' },
      prompt: { type: 'string' },
      loss: { type: 'string' },
      jitter: { type: 'string' },
      noise: { type: 'string' },
      out: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
      'get-ffmpeg': { type: 'boolean' },
    },
  });
}

/** Files in their order, each with the `--when` before it. */
function readTurns(tokens: ReturnType<typeof parse>['tokens']): readonly InjectedTurn[] {
  const turns: InjectedTurn[] = [];
  let whenText = 'silence';
  let when: StepTime = { on: 'silence' };
  let forNobody = false;
  for (const token of tokens) {
    if (token.kind === 'option' && token.name === 'when') {
      whenText = token.value;
      when = readWhen(whenText);
      forNobody = true;
    }
    if (token.kind === 'positional') {
      turns.push({ file: resolve(token.value), when, whenText });
      forNobody = false;
    }
  }
  if (forNobody)
    throw new UsageError(
      `--when ${whenText}: после него не назван файл; --when стоит перед файлом: --when over=1.5s б.wav`,
    );
  return turns;
}

function readWhen(text: string): StepTime {
  if (text === 'silence') return { on: 'silence' };
  const [, on, amount, unit] = /^(at|over)=(\d+(?:[.,]\d+)?)(ms|s)?$/.exec(text) ?? [];
  const ms = Number(amount?.replace(',', '.')) * (unit === 'ms' ? 1 : 1000);
  if ((on !== 'at' && on !== 'over') || !(ms <= 120_000)) {
    throw new UsageError(`--when ${text}: можно silence, at=3.2s или over=1.5s (до 120 с)`);
  }
  return { on, ms };
}

function readVia(text: string | undefined): InjectVia {
  if (text?.startsWith('rtp://') === true) {
    const [, host, port] = /^rtp:\/\/(\[[0-9a-fA-F:]+\]|[^/:@[\]]+):(\d{1,5})\/?$/.exec(text) ?? [];
    if (host === undefined || !(Number(port) >= 1 && Number(port) <= 65_535)) {
      throw new UsageError(`--via ${text}: нужны хост и порт, например rtp://127.0.0.1:40000`);
    }
    return { kind: 'rtp', host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
  }
  const telephony = text?.toLowerCase();
  if (telephony === undefined) return { kind: 'halo', telephony: undefined };
  if (telephony !== 'simulator' && telephony !== 'asterisk' && telephony !== 'auto') {
    throw new UsageError(`--via ${telephony}: можно simulator, asterisk или rtp://хост:порт`);
  }
  return { kind: 'halo', telephony };
}
