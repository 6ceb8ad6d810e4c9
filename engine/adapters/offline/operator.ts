import type { SpokenLanguage } from '../../contract/languages.ts';
import type { Operator } from '../../ports/operator.ts';
import { analyseConversation } from './operator/analyse.ts';
import { followUpText } from './operator/follow-up.ts';
import { ENGLISH } from './operator/lines-en.ts';
import { RUSSIAN } from './operator/lines-ru.ts';
import { productOf } from './operator/product.ts';
import { replyTo } from './operator/reply.ts';

/** The languages the rules know. In any other they speak Russian, which the callers of D8's countries share. */
export const OFFLINE_OPERATOR_LANGUAGES: readonly SpokenLanguage[] = ['ru', 'en'];

/** Words a piece, as an LLM would stream them: the synthesiser starts with the first sentence. */
const WORDS_A_PIECE = 3;

/**
 * An operator that follows V5.3 by rules, without a model and without a network: Russian and English. Every answer
 * is a pure function of the request. It never fails; aborting rejects with the signal's reason.
 */
export function createOfflineOperator(): Operator {
  return {
    name: 'offline-rules',
    async *reply({ task, history, prompt, language }, signal) {
      signal.throwIfAborted();
      const rules = rulesLanguage(language);
      const book = rules === 'ru' ? RUSSIAN : ENGLISH;
      const text = replyTo({ task, history, product: productOf(prompt, rules), book });
      for (const piece of pieces(text)) {
        signal.throwIfAborted();
        yield piece;
        await Promise.resolve();
      }
    },
    async analyse(request, signal) {
      signal.throwIfAborted();
      return Promise.resolve(analyseConversation(request));
    },
    async followUp(request, signal) {
      signal.throwIfAborted();
      return Promise.resolve(followUpText(request, rulesLanguage(request.language)));
    },
  };
}

function rulesLanguage(language: SpokenLanguage): 'ru' | 'en' {
  return language === 'en' ? 'en' : 'ru';
}

function pieces(text: string): readonly string[] {
  const words = text.match(/\S+\s*/g) ?? [];
  const grouped: string[] = [];
  for (let i = 0; i < words.length; i += WORDS_A_PIECE)
    grouped.push(words.slice(i, i + WORDS_A_PIECE).join(''));
  return grouped;
}
