import type { Dictionary } from '../dictionary.ts';

export const status: Dictionary = {
  // The five lines (D5.2).
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
  'сохранено, не отправлено': 'stored, not sent',

  // What happens now.
  'Статус демо': 'Demo status',
  'Что происходит': 'What is happening',
  'Ход демо': 'Progress of the demo',
  'Идут гудки, ждём ответа…': 'It rings; waiting for an answer…',
  'Готовим чат…': 'Preparing the chat…',
  'Готово: разговор разобран, карточка клиента в CRM.':
    'Done: the conversation is analysed, the client’s card is in the CRM.',
  'Готово не всё. {0}': 'Not everything is done. {0}',
  'Звонок не состоялся: {0}': 'The call did not take place: {0}',
  'Разговор прервался: {0}': 'The conversation broke off: {0}',
  'Шаг, отмеченный выше, не удался.': 'The step marked below has failed.',
  'Говорит HALO': 'HALO is speaking',
  'Говорит клиент': 'The client is speaking',
  'HALO готовит ответ': 'HALO is preparing its reply',
  'HALO слушает': 'HALO is listening',
  'язык сменился': 'the language has changed',
  'Ответы в среднем': 'Replies on average',
  'звонок смоделирован': 'simulated call',
  'Разговор длился': 'The conversation took',
  'Разговор идёт': 'Talking for',
  Прошло: 'Elapsed',
  '{0} из 2 с': '{0} of 2 s',
  'Это занимает дольше обычного. Можно подождать здесь или открыть аналитику: данные появятся там сами.':
    'This takes longer than usual. Wait here or open the analytics: the data will appear there by itself.',
  'Не видно, что сейчас со звонком': 'What the call does now cannot be seen',
  'Узнаём, как идёт звонок…': 'Finding out how the call is going…',
  'Связь с сервером потеряна, восстанавливаем…': 'The connection to the server is lost; restoring it…',
  'Страницу обновлять не нужно: когда связь вернётся, здесь появится всё, что успело произойти.':
    'No need to reload: once the connection is back, everything that has happened will appear here.',
  'Такой демо-сессии нет. Возможно, ссылка неполная или данные уже удалены.':
    'There is no such demo session. The link may be incomplete, or its data has been deleted.',
  'Запустить демо': 'Start the demo',

  // The conversation.
  Разговор: 'Conversation',
  Клиент: 'Client',
  'заполняет паузу': 'fills the pause',
  'клиент перебил': 'client cut in',
  '[неразборчиво]': '[unclear]',
  'говорит…': 'speaking…',
  'распознаём…': 'recognising…',
  'Разговора не было.': 'There was no conversation.',
  'Трубку сняли. Первые слова появятся сейчас.':
    'The call was answered. The first words are about to appear.',
  'Слова появятся здесь, как только абонент ответит.':
    'Words will appear here as soon as the call is answered.',

  // How it ended.
  'Получилось: клиенту интересно!': 'It worked: the client is interested!',
  'Договорились созвониться позже.': 'Agreed to talk again later.',
  'Разговор состоялся: сейчас клиенту это не нужно.': 'They talked: the client does not need it now.',
  'Разговор состоялся.': 'The conversation took place.',
  Длительность: 'Duration',
  Язык: 'Language',
  'Пауза перед ответом, в среднем': 'Pause before a reply, on average',
  'Перейти к аналитике': 'Go to the analytics',
  'Запустить ещё раз': 'Run it again',
  'Попробовать ещё раз': 'Try again',
  'Что попробовать': 'What to try',
  'Трубку положили раньше, чем HALO услышал хоть слово. Запустите демо ещё раз и ответьте на приветствие.':
    'The line was cut before HALO heard a word. Run the demo again and answer the greeting.',
  'Разговор дошёл до предела в две минуты, и HALO вежливо подвёл итог.':
    'The conversation reached its limit of two minutes, and HALO politely wound it up.',
  'Разговор дошёл до предела в двенадцать реплик, и HALO вежливо подвёл итог.':
    'The conversation reached its limit of twelve turns, and HALO politely wound it up.',
  'Сервис речи отвечал с перебоями, и HALO переспрашивал.':
    'The speech service faltered, and HALO had to ask again.',

  // Why a call failed, and what to try.
  'причина неизвестна': 'the reason is unknown',
  'На телефоне сейчас другой разговор.': 'There is another conversation on that phone now.',
  'Подождите минуту и запустите демо ещё раз.': 'Wait a minute and start the demo again.',
  'Или укажите другой номер.': 'Or give another number.',
  'Вызов сбросили, не поднимая трубку.': 'The call was declined without being answered.',
  'Запустите демо ещё раз и примите звонок с незнакомого номера.':
    'Start the demo again and accept the call from an unknown number.',
  'Проверьте, не сбрасывает ли звонки приложение против спама.':
    'Check whether an anti-spam app is rejecting calls.',
  'На звонок нажали «Отклонить».': 'Somebody pressed “Decline”.',
  'Запустите демо ещё раз и нажмите «Ответить».': 'Start the demo again and press “Answer”.',
  'Страница, которая была телефоном, закрылась или потеряла связь.':
    'The page that was the phone was closed or lost its connection.',
  'Держите вкладку открытой до конца разговора и запустите демо ещё раз.':
    'Keep the tab open until the conversation is over, and start the demo again.',
  'Или укажите номер, и HALO позвонит на телефон.': 'Or give a number, and HALO will call your phone.',
  'Телефон звонил, но трубку не подняли.': 'The phone rang, but nobody picked it up.',
  'Держите телефон рядом и запустите демо ещё раз.': 'Keep the phone at hand and start the demo again.',
  'Проверьте, не включён ли режим «Не беспокоить».': 'Check whether “Do not disturb” is on.',
  'Телефон выключен или вне сети.': 'The phone is switched off or out of coverage.',
  'Включите телефон, дождитесь сети и запустите демо ещё раз.':
    'Switch the phone on, wait for coverage and start the demo again.',
  'Оператор связи не знает такого номера.': 'The phone company knows no such number.',
  'Проверьте цифры номера и запустите демо ещё раз.': 'Check the digits and start the demo again.',
  'Линия HALO не имеет права звонить на этот номер.': 'The line of HALO is not allowed to call this number.',
  'Укажите другой номер.': 'Give another number.',
  'Хозяину сервера: проверьте логин транка, номер звонящего и разрешённые направления.':
    'For the owner of the server: check the trunk’s login, the caller’s number and the allowed destinations.',
  'Телефонная линия HALO не приняла вызов; ваш телефон ни при чём.':
    'The phone line of HALO did not take the call; your phone is not to blame.',
  'Попробуйте через несколько минут.': 'Try again in a few minutes.',
  'Хозяину сервера: npm run trunk:check покажет, что не так с транком.':
    'For the owner of the server: npm run trunk:check shows what is wrong with the trunk.',
  'Сеть оператора связи не соединила вызов; ваш телефон ни при чём.':
    'The phone company’s network did not connect the call; your phone is not to blame.',
  'Или укажите номер другого оператора.': 'Or give a number of another phone company.',
  'Телефония HALO сейчас не работает; ваш телефон ни при чём.':
    'The telephony of HALO does not work now; your phone is not to blame.',
  'Попробуйте через несколько минут: HALO восстанавливает связь сам.':
    'Try again in a few minutes: HALO restores the connection by itself.',
  'Хозяину сервера: npm run doctor покажет, что не так.':
    'For the owner of the server: npm run doctor shows what is wrong.',
  'Провайдер телефонии не смог провести звонок; ваш телефон ни при чём.':
    'The telephony provider could not make the call; your phone is not to blame.',
  'Сервис речи не ответил, и HALO не смог продолжить разговор.':
    'The speech service did not answer, and HALO could not go on talking.',
  'Попробуйте через минуту.': 'Try again in a minute.',
  'Хозяину сервера: npm run doctor проверит ключ и связь с сервисом речи.':
    'For the owner of the server: npm run doctor checks the key and the connection to the speech service.',
  'Сервер перезапустили, пока шёл звонок, и звонок оборвался.':
    'The server was restarted during the call, which cut it off.',
  'Сервер уже работает: запустите демо ещё раз.': 'The server works again: start the demo anew.',
  'Звонок оборвался на стороне HALO; ваш телефон ни при чём.':
    'The call broke off on HALO’s side; your phone is not to blame.',
  'Запустите демо ещё раз.': 'Start the demo again.',
  'Хозяину сервера: причина записана в журнале сервера.':
    'For the owner of the server: the reason is in the server’s log.',
  'Проверьте номер и запустите демо ещё раз.': 'Check the number and start the demo again.',
  'Соединить вас не получилось.': 'You could not be connected.',
};
