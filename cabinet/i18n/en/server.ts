import type { Dictionary } from '../dictionary.ts';

/** Fixed words of the server (engine, api): what a visitor meets. Texts that are put together there stay Russian. */
export const server: Dictionary = {
  'абонент занят': 'the line is busy',
  'абонент не ответил': 'nobody answered',
  'абонент повесил трубку': 'the person hung up',
  'разговор завершён': 'the conversation is over',
  'абонент отклонил вызов': 'the call was declined',
  'абонент недоступен': 'the phone cannot be reached',
  'вызов завершился до ответа': 'the call ended before it was answered',
  'звонивший не дождался ответа': 'the caller did not wait for an answer',
  'в браузере не ответили': 'nobody answered in the browser',
  'звонок отклонён в браузере': 'the call was declined in the browser',
  'собеседник завершил звонок в браузере': 'the call was ended in the browser',
  'связь со страницей прервалась': 'the connection to the page was lost',
  'страница закрыта, пока шёл вызов': 'the page was closed while it was ringing',
  'страница не подключилась к звонку': 'the page did not connect to the call',
  'телефон в браузере уже закрыт': 'the phone in the browser is closed already',
  'номер не существует': 'there is no such number',
  'неверный номер телефона': 'the phone number is wrong',
  'вызов не удался': 'the call failed',
  'не удалось ответить на звонок': 'the call could not be answered',
  'транк отклонил вызов: звонки на этот номер запрещены':
    'the trunk refused the call: this number may not be called',
  'транк отклонил вызов: проверьте логин, номер звонящего и разрешённые направления':
    'the trunk refused the call: check the login, the caller’s number and the allowed destinations',
  'транк не принял логин или пароль': 'the trunk did not accept the login or the password',
  'транк не отвечает': 'the trunk does not answer',
  'ни один транк не настроен': 'no trunk is configured',
  'не подошёл кодек': 'no codec fitted',
  'оператор связи вернул ошибку': 'the phone company answered with an error',
  'сеть оператора перегружена или неисправна': 'the phone company’s network is overloaded or out of order',
  'Asterisk не отвечает': 'Asterisk does not answer',
  'Asterisk ещё не подключён': 'Asterisk is not connected yet',
  'Asterisk не открыл звук для разговора': 'Asterisk opened no sound for the conversation',
  'связь с Asterisk потеряна': 'the connection to Asterisk was lost',
  'симулятор выключен': 'the simulator is switched off',
  'телефония выключена': 'the telephony is switched off',
  'телефония не подтвердила отбой': 'the telephony did not confirm the hang-up',
  'нет свободного порта для звука': 'there is no free port for the sound',
  'провайдер не смог позвонить': 'the provider could not call',
  'провайдер сообщил об ошибке посреди разговора': 'the provider reported an error in mid-conversation',
  'провайдер не подключил звук разговора': 'the provider did not connect the sound',
  'связь со звуком провайдера потеряна': 'the connection to the provider’s sound was lost',
  'провайдер ничего не сообщил о звонке': 'the provider told nothing of the call',
  'сервер провайдера не отвечает': 'the provider’s server does not answer',
  'провайдер сейчас не принимает звонки': 'the provider takes no calls now',
  'провайдер не принял ключ: проверьте TELEPHONY_API_KEY':
    'the provider did not accept the key: check TELEPHONY_API_KEY',
  'у провайдера ошибка': 'the provider has an error',
  'провайдер отклонил запрос звонка': 'the provider refused the request for a call',
  'провайдер отклонил запрос звонка: проверьте TELEPHONY_CONFIG':
    'the provider refused the request for a call: check TELEPHONY_CONFIG',
  'синтез речи недоступен': 'speech synthesis is not available',
  'речевой сервис не отвечает': 'the speech service does not answer',
  'звонок прерван': 'the call was broken off',
  'внутренняя ошибка': 'an internal error',
  'Звонок не удалось начать: внутренняя ошибка': 'the call could not be started: an internal error',
  'Сервис был перезапущен, не успев позвонить': 'the service was restarted before it could call',
  'Сервис был перезапущен во время звонка': 'the service was restarted during the call',
  'Все линии заняты или сервер завершает работу. Повторите через минуту.':
    'All lines are busy, or the server is shutting down. Try again in a minute.',
  'Сейчас идёт столько звонков, сколько разрешено одновременно. Попробуйте через минуту.':
    'As many calls are on as are allowed at once. Try again in a minute.',
  'На этот номер HALO уже звонит. Дождитесь конца этого звонка и закажите новый.':
    'HALO is calling this number already. Wait until that call is over and order a new one.',
  'На сегодня звонки закончились. Новые можно заказать после полуночи по московскому времени.':
    'There are no calls left for today. Order a new one after midnight, Moscow time.',
  'Такой демо-сессии нет. Проверьте demo_session_id или запустите демо заново.':
    'There is no such demo session. Check demo_session_id, or start the demo anew.',
  'Такого обращения нет. Возьмите id из списка /demo/interactions.':
    'There is no such interaction. Take an id from the list at /demo/interactions.',
  'База данных не отвечает. Повторите через минуту; если не поможет, проверьте PostgreSQL.':
    'The database does not answer. Try again in a minute; if that does not help, check PostgreSQL.',
  'Речь работает без внешних сервисов: распознаются только реплики встроенных абонентов (по звуку), отвечает оператор по правилам на русском и английском (на другом языке разговор пойдёт по-русски), голос синтезируется на этой машине. С ключом OPENAI_API_KEY собеседника можно выбрать любого: речь распознаёт Whisper, отвечает GPT, говорит нейросетевой голос.':
    'Speech works without outside services: only the lines of the built-in callers are recognised (by their sound), a rule-based operator answers in Russian and English (in another language the conversation will be in Russian), and the voice is synthesised on this machine. With an OPENAI_API_KEY anyone may be called: Whisper recognises the speech, GPT answers, a neural voice speaks.',
  'Речь распознаёт, отвечает и говорит OpenAI (или совместимый сервер).':
    'OpenAI (or a compatible server) recognises speech, answers and speaks.',
  'Телефонная сеть смоделирована: на звонок отвечает виртуальный абонент с записанным голосом. Звук идёт настоящими RTP-пакетами через UDP.':
    'The telephone network is simulated: a virtual person with a recorded voice answers the call. The sound travels as real RTP packets over UDP.',
  'Телефонная сеть — своя, локальная: звонок идёт через два настоящих Asterisk по SIP и RTP, а отвечает виртуальный абонент с записанным голосом. Настоящую сеть подключает транк (TRUNK_HOST).':
    'The telephone network is local: the call goes through two real Asterisks over SIP and RTP, and a virtual person with a recorded voice answers. A trunk (TRUNK_HOST) connects the real network.',
  'SMS не отправляются: сообщение сохраняется и показывается в кабинете.':
    'SMS are not sent: the message is stored and shown here.',
  'Строки звонков пишутся в файл calls.csv папки данных, а не в Google Sheets.':
    'The rows of calls go to the file calls.csv in the data folder, not to Google Sheets.',
  'Строки звонков пишутся в Google Sheets.': 'The rows of calls go to Google Sheets.',
  'Телефония смоделирована: звонок идёт не в сеть, а виртуальному абоненту.':
    'Telephony is simulated: the call goes to a virtual person, not to the network.',
  'Речь работает без сети. С ключом OpenAI HALO поймёт любую речь.':
    'Speech works offline. With an OpenAI key HALO understands any speech.',
};
