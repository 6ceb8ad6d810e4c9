import type { Disposition } from '../../../contract/call-session.ts';
import type { AnalysisRequest, CallAnalysis } from '../../../ports/operator.ts';
import { productOf } from './product.ts';
import { situationOf, type Situation } from './situation.ts';
import { whenInRussian } from './when.ts';

/** Judges an ended conversation by the same reading of the caller's words that answered him. Russian. */
export function analyseConversation({ prompt, transcript }: AnalysisRequest): CallAnalysis {
  const now = situationOf(transcript);
  const finalDisposition = dispositionOf(now);
  return {
    finalDisposition,
    shortSummary: summaryOf(now, finalDisposition, prompt),
    interest: interestOf(now, finalDisposition),
  };
}

function dispositionOf(now: Situation): Exclude<Disposition, 'unknown'> {
  switch (now.stance) {
    case 'interested':
      return 'interested';
    case 'refused':
      return 'not_interested';
    case 'later':
      return 'call_later';
    case 'none':
    case 'curious':
    case 'doubt':
      // «Не могу говорить», and we promised to call back: he did not object.
      return now.busy === 'busy' && now.put.when > 0 && now.saidGoodbye ? 'call_later' : 'neutral';
  }
}

function summaryOf(now: Situation, disposition: CallAnalysis['finalDisposition'], prompt: string): string {
  if (now.heard === 0) {
    return now.unclear > 0
      ? 'Клиент ответил на звонок, но его слова не удалось разобрать.'
      : 'Клиент ответил на звонок, но ничего не сказал.';
  }
  const { company } = productOf(prompt, 'ru');
  const offer = company === undefined ? 'предложением' : `предложением (${company})`;
  const asked = questionsOf(now);
  switch (disposition) {
    case 'interested': {
      const need = now.acts.has('need') ? ' и рассказал, что у него есть такая потребность' : '';
      const first = `Клиент заинтересовался ${offer}${need}${asked === '' ? '' : `, спросил ${asked}`}.`;
      return `${first} ${now.wantsDetails ? 'Попросил прислать подробности сообщением.' : 'О следующем шаге договориться не успели.'}`;
    }
    case 'not_interested':
      return now.acts.has('stop')
        ? 'Клиент отказался от предложения и попросил больше не звонить.'
        : `Клиент отказался: предложение ему не интересно${asked === '' ? '' : `, хотя он спросил ${asked}`}.`;
    case 'call_later': {
      const reason =
        now.busy === undefined
          ? 'Клиент попросил перезвонить'
          : 'Клиенту неудобно говорить сейчас, просит перезвонить';
      return `${reason}${now.when === undefined ? ', время не назвал' : ` ${whenInRussian(now.when)}`}.${asked === '' ? '' : ` Успел спросить ${asked}.`}`;
    }
    case 'neutral':
      return neutralSummary(now, asked);
  }
}

function neutralSummary(now: Situation, asked: string): string {
  if (now.acts.has('wrong')) return 'Клиент сказал, что мы ошиблись номером.';
  if (now.busy !== undefined) {
    return 'Клиент сказал, что ему сейчас не до разговора, и разговор прервался. Интерес выяснить не удалось.';
  }
  if (now.acts.has('selfCall')) return 'Клиент сказал, что перезвонит сам. Решения не назвал.';
  if (now.stance === 'doubt') {
    return `Клиент сомневается и хочет подумать${asked === '' ? '' : `, спросил ${asked}`}. Решения не назвал.`;
  }
  if (asked !== '') return `Клиент спросил ${asked}, но своего решения не назвал.`;
  if (now.put.interest === 0) {
    return 'Клиент ответил на звонок, но разговор прервался до обсуждения предложения.';
  }
  return 'Клиент выслушал предложение, но определённого ответа не дал.';
}

/** «о стоимости и о бесплатной пробе», or nothing. */
function questionsOf({ acts }: Situation): string {
  const asked = [
    acts.has('how') && 'как это работает',
    acts.has('price') && 'о стоимости',
    acts.has('trial') && 'о бесплатной пробе',
  ].filter((part) => part !== false);
  return asked.length > 1 ? `${asked.slice(0, -1).join(', ')} и ${asked.at(-1) ?? ''}` : (asked[0] ?? '');
}

function interestOf(now: Situation, disposition: CallAnalysis['finalDisposition']): string {
  const wishes = [
    now.acts.has('price') && 'узнать стоимость',
    now.acts.has('trial') && 'попробовать бесплатно',
    now.wantsDetails && 'получить подробности',
  ].filter((part) => part !== false);
  switch (disposition) {
    case 'interested':
      return wishes.length > 0 ? wishes.join(', ') : 'узнать о предложении';
    case 'not_interested':
      return 'не интересует';
    case 'call_later':
      return now.when === undefined ? 'перезвонить позже' : `перезвонить ${whenInRussian(now.when)}`;
    case 'neutral':
      if (now.stance === 'doubt') return 'не определился';
      return wishes.length > 0 ? wishes.join(', ') : 'не выяснен';
  }
}
