import type { FollowUpRequest } from '../../../ports/operator.ts';
import { productOf, type Product } from './product.ts';
import { situationOf, type Situation } from './situation.ts';

/** The message that the client reads in the chat after the call: 1–3 sentences. */
export function followUpText(request: FollowUpRequest, language: 'ru' | 'en'): string {
  const now = situationOf(request.transcript);
  const product = productOf(request.prompt, language);
  return language === 'ru' ? russian(request, now, product) : english(request, now, product);
}

function russian({ analysis }: FollowUpRequest, now: Situation, product: Product): string {
  const hello = product.company === undefined ? 'Здравствуйте' : `Здравствуйте, это ${product.company}`;
  switch (analysis.finalDisposition) {
    case 'interested':
      return `${hello}, спасибо за разговор! ${russianFacts(now, product)} Если появятся вопросы, просто ответьте на это сообщение.`;
    case 'call_later':
      return now.when === undefined
        ? `${hello}, спасибо, что ответили на звонок! Перезвоним позже, а если удобное время уже известно, напишите его сюда.`
        : `${hello}, спасибо, что ответили на звонок! Перезвоним ${now.when}, как договорились, а если планы изменятся, напишите сюда.`;
    case 'not_interested':
      return 'Спасибо, что нашли время ответить. Больше беспокоить не будем, а если предложение станет актуальным, напишите нам.';
    case 'neutral':
      if (now.heard === 0) {
        return `${hello}! Мы звонили вам, но поговорить не получилось, а если интересно, ответьте на это сообщение.`;
      }
      return now.busy !== undefined
        ? `${hello}! Мы позвонили не в самый удобный момент, а когда появится время, просто ответьте на это сообщение.`
        : `${hello}, спасибо за разговор! Решение за вами: если захотите узнать подробнее, просто ответьте на это сообщение.`;
  }
}

function russianFacts(now: Situation, product: Product): string {
  if (product.demo) {
    return now.acts.has('price')
      ? 'Стоимость зависит от объёма звонков, а начать можно с бесплатного пробного периода.'
      : 'HALO отвечает на звонки клиентов и сам обзванивает базу, а начать можно с бесплатного пробного периода.';
  }
  if (product.price !== undefined) return `Стоимость: ${product.price}.`;
  return now.acts.has('price')
    ? 'Стоимость и условия уточним и напишем здесь.'
    : 'Подробности напишем здесь.';
}

function english({ analysis }: FollowUpRequest, now: Situation, product: Product): string {
  const hello = product.company === undefined ? 'Hello' : `Hello, this is ${product.company}`;
  switch (analysis.finalDisposition) {
    case 'interested':
      return `${hello}, thank you for talking to us! ${englishFacts(now, product)} If you have any questions, just answer this message.`;
    case 'call_later':
      return now.when === undefined
        ? `${hello}, thank you for answering our call! We will call you later, and if you know a good time, write it here.`
        : `${hello}, thank you for answering our call! We will call you ${now.when}, as agreed, and if your plans change, write to us here.`;
    case 'not_interested':
      return 'Thank you for taking the time to answer. We will not disturb you again, and if it becomes useful one day, write to us.';
    case 'neutral':
      if (now.heard === 0) {
        return `${hello}! We called you, but could not talk, and if you are interested, just answer this message.`;
      }
      return now.busy !== undefined
        ? `${hello}! We called at a bad moment, so when you have time, just answer this message.`
        : `${hello}, thank you for talking to us! It is up to you: if you would like to know more, just answer this message.`;
  }
}

function englishFacts(now: Situation, product: Product): string {
  if (product.demo) {
    return now.acts.has('price')
      ? 'The price depends on the number of calls, and you can start with a free trial.'
      : 'HALO answers your calls and rings your customers itself, and you can start with a free trial.';
  }
  if (product.price !== undefined) return `The price: ${product.price}.`;
  return now.acts.has('price')
    ? 'We will write the price and the terms here.'
    : 'We will write the details here.';
}
