import type { Dictionary } from '../dictionary.ts';

/** Fixed words of the server (engine, api): what a visitor meets. Texts that are put together there stay Russian. */
export const server: Dictionary = {
  'абонент занят': 'the line is busy',
  'абонент не ответил': 'nobody answered',
  'абонент повесил трубку': 'the person hung up',
  'разговор завершён': 'the conversation is over',
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
  'Телефонная сеть симулирована: на звонок отвечает виртуальный абонент с записанным голосом. Звук идёт настоящими RTP-пакетами через UDP.':
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
