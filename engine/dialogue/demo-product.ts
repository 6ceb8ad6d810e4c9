/**
 * HALO's own demo brief: what a demo call is about when the customer wrote no prompt. Only what is true of HALO as it
 * stands; no price, because HALO is self-hosted and has none.
 */
export const DEMO_PRODUCT = [
  'Компания: HALO.',
  'Продукт: голосовой помощник для бизнеса. Отвечает на звонки клиентов и сам обзванивает базу, в любое время суток;',
  'после разговора готовы итог, запись и сообщение клиенту.',
  'Стоимость зависит от объёма звонков. Пробный период бесплатный.',
  'Цель звонка: узнать, интересно ли это, и предложить прислать подробности сообщением.',
].join(' ');
