import type { Dictionary } from '../dictionary.ts';

export const status: Dictionary = {
  'Выполняем звонок…': 'Making the call…',
  'Анализируем разговор…': 'Analysing the conversation…',
  'Готовим follow-up…': 'Preparing the follow-up…',
  'Отправляем SMS…': 'Sending the SMS…',
  'Добавляем в CRM…': 'Adding to the CRM…',
  ожидает: 'waiting',
  выполняется: 'under way',
  готово: 'done',
  'не удалось': 'failed',
  'не нужно': 'not needed',
  'Готово: итог звонка на экране аналитики.': 'Done: see the outcome on the analytics screen.',
  'Готово не всё. {0}': 'Not everything is done. {0}',
  'Звонок не состоялся.': 'The call did not take place.',
  'Звонок не состоялся: {0}.': 'The call did not take place: {0}.',
  'Шаг, отмеченный выше, не удался.': 'The step marked above has failed.',
  'Готовим чат…': 'Preparing the chat…',
  'Не удалось показать статус. Обновите страницу.': 'The status could not be shown. Reload the page.',
  'Статус демо': 'Demo status',
  '{0} Продолжаем попытки — страницу обновлять не нужно.':
    '{0} We keep trying; there is no need to reload the page.',
  'Это занимает дольше обычного. Можно подождать здесь или открыть аналитику: данные появятся там сами.':
    'This takes longer than usual. Wait here or open the analytics: the data will appear there by itself.',
  'Ход демо': 'Progress of the demo',
  Прошло: 'Elapsed',
  'Попробовать ещё раз': 'Try again',
  'Перейти к аналитике': 'Go to the analytics',
  'Слова появятся здесь, как только абонент ответит.':
    'Words will appear here as soon as the call is answered.',
  'Разговора не было.': 'There was no conversation.',
  Разговор: 'Conversation',
  'Такой демо-сессии нет. Возможно, ссылка неполная или данные уже удалены.':
    'There is no such demo session. The link may be incomplete, or its data has been deleted.',
  'Запустить демо': 'Start the demo',
};
