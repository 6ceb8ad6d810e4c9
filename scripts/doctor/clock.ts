import { fail, ok, skip, warn, type Check } from './check.ts';
import { askHttp, NoAnswer } from './http.ts';
import type { HaloConfig } from '../../api/config.ts';

const WARN_SEC = 10;
/** Receivers of signed webhooks refuse what is five minutes off. */
const FAIL_SEC = 120;

/** Our clock against the Date header of a server that is spoken with anyway; whole seconds, so ±1. */
export const clock: Check = {
  name: 'clock',
  title: 'Часы',
  async run(config, { now, signal }) {
    const url = referenceOf(config);
    if (url === undefined) return [skip('сравнить не с чем: внешних сервисов не настроено')];
    const { host } = new URL(url);
    const startedMs = now();
    let date: string | null;
    try {
      ({ date } = await askHttp(url, { method: 'HEAD' }, signal));
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      return [skip(`сравнить не вышло: ${host}: ${error.message}`)];
    }
    const theirsMs = Date.parse(date ?? '');
    if (Number.isNaN(theirsMs)) return [skip(`сравнить не вышло: ${host} не сказал времени`)];
    const skewSec = Math.round(((startedMs + now()) / 2 - theirsMs) / 1_000);
    const advice = 'включите синхронизацию: timedatectl set-ntp true';
    const seen = `${skewSec > 0 ? 'спешат' : 'отстают'} на ${Math.abs(skewSec)} с (по ${host})`;
    if (Math.abs(skewSec) >= FAIL_SEC)
      return [fail(seen, advice, 'подписи и сертификаты перестают сходиться')];
    if (Math.abs(skewSec) >= WARN_SEC) return [warn(seen, advice)];
    return [ok(`идут верно, расхождение до ${Math.max(1, Math.abs(skewSec))} с (по ${host})`)];
  },
};

function referenceOf({ speech, openai, telegram }: HaloConfig): string | undefined {
  if (speech === 'openai') return openai.baseUrl;
  return telegram.botToken === undefined ? undefined : telegram.apiRoot;
}
