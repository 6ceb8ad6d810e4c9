import Type from 'typebox';
import { Value } from 'typebox/value';
import type { HaloConfig } from '../../api/config.ts';
import { findRhvoice } from '../../engine/adapters/offline/rhvoice-install.ts';
import { fail, ok, warn, type Check, type DoctorDeps, type Finding } from './check.ts';
import { askHttp, NoAnswer } from './http.ts';

/** platform.openai.com/docs/api-reference/models/list, as far as it is read. */
const Models = Type.Object({ data: Type.Array(Type.Object({ id: Type.String() })) });

/** Whether the speech that will be used can be used. */
export const speech: Check = {
  name: 'speech',
  title: 'Речь',
  async run(config, deps) {
    return config.speech === 'openai' ? [await openAi(config.openai, deps)] : offline(config);
  },
};

async function openAi(openai: HaloConfig['openai'], { signal, now }: DoctorDeps): Promise<Finding> {
  const { apiKey, baseUrl } = openai;
  const host = new URL(baseUrl).host;
  const startedMs = now();
  const url = `${baseUrl.replace(/\/+$/, '')}/models`;
  const headers = { authorization: `Bearer ${apiKey ?? ''}` };
  const answer = await askHttp(url, { headers }, signal).catch((error: unknown) => {
    if (error instanceof NoAnswer) return error;
    throw error;
  });
  if (answer instanceof NoAnswer)
    return fail(`${host}: ${answer.message}`, 'проверьте сеть и OPENAI_BASE_URL');
  const { status, text } = answer;
  const tookMs = Math.round(now() - startedMs);
  if (status === 401) return fail(`${host} не принял ключ (401)`, 'проверьте OPENAI_API_KEY');
  if (status === 403)
    return fail(
      `${host} не пускает (403)`,
      'ключ без прав на модели или страна не обслуживается: свой OPENAI_BASE_URL',
    );
  if (status === 429)
    return warn(`${host}: слишком много запросов или кончились деньги (429)`, 'проверьте баланс и лимиты');
  if (status === 404 || status === 405)
    return warn(
      `${host} отвечает, но не даёт списка моделей (${status})`,
      'имена моделей проверит первый звонок',
    );
  if (status !== 200)
    return fail(`${host} ответил ${status}`, 'проверьте OPENAI_BASE_URL; если сбой у них — подождите');
  const models = idsIn(text);
  if (models === undefined)
    return fail(`${host} отвечает не как OpenAI`, 'OPENAI_BASE_URL обычно кончается на /v1');
  const wanted = {
    OPENAI_STT_MODEL: openai.sttModel,
    OPENAI_CHAT_MODEL: openai.chatModel,
    OPENAI_FALLBACK_CHAT_MODEL: openai.fallbackChatModel,
    OPENAI_TTS_MODEL: openai.ttsModel,
  };
  const missing = Object.entries(wanted).filter(([, id]) => id !== undefined && !models.includes(id));
  if (missing.length > 0)
    return fail(
      `${host}: ключ подошёл, но нет моделей ${missing.map(([, id]) => id).join(', ')} (всего их ${models.length})`,
      `задайте другие: ${missing.map(([name]) => name).join(', ')}`,
    );
  return ok(`${host}: ключ подошёл, модели на месте (${models.length} в списке), ${tookMs} мс`);
}

function idsIn(text: string): readonly string[] | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    return Value.Check(Models, answer) ? answer.data.map(({ id }) => id) : undefined;
  } catch {
    return undefined;
  }
}

function offline({ dataDir }: HaloConfig): readonly Finding[] {
  const voices = findRhvoice(dataDir)?.voices ?? [];
  const heard = 'без ключа OpenAI узнаются только реплики встроенных абонентов';
  if (voices.length === 0)
    return [
      warn(`офлайн, голос espeak-ng; ${heard}`, 'голоса лучше: npm run voices; живая речь: OPENAI_API_KEY'),
    ];
  return [warn(`офлайн, голоса RHVoice: ${voices.join(', ')}; ${heard}`, 'живая речь: OPENAI_API_KEY')];
}
