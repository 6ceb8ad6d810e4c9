import type { Dictionary } from '../dictionary.ts';

export const browserPhone: Dictionary = {
  'Браузер не дал доступ к микрофону.': 'The browser gave no access to the microphone.',
  'Нажмите на значок слева от адреса страницы, разрешите микрофон и повторите.':
    'Click the icon to the left of the page’s address, allow the microphone and try again.',
  'Микрофон не найден.': 'No microphone was found.',
  'Подключите гарнитуру или микрофон и повторите. Или закажите звонок на телефон.':
    'Connect a headset or a microphone and try again. Or order a call to your phone.',
  'Микрофон занят другой программой.': 'Another program is using the microphone.',
  'Закройте программу, которая им пользуется, и повторите.': 'Close the program that uses it and try again.',
  'По незащищённому адресу браузер не даёт микрофон.':
    'Browsers give no microphone to a page at an insecure address.',
  'Откройте страницу по https:// или на том компьютере, где работает HALO: http://localhost.':
    'Open the page over https://, or on the computer where HALO runs: http://localhost.',
  'Этот браузер не умеет звонить.': 'This browser cannot take calls.',
  'Откройте страницу в свежем Chrome, Firefox, Safari или Edge. Или закажите звонок на телефон.':
    'Open the page in a recent Chrome, Firefox, Safari or Edge. Or order a call to your phone.',
  'Телефон в браузере не открылся.': 'The phone in the browser did not open.',
  'Обновите страницу и повторите.': 'Reload the page and try again.',
  'Звонок завершён.': 'The call has ended.',
  'Итог разговора — на экране статуса.': 'What came of it is on the status screen.',
  'Вы отклонили звонок.': 'You declined the call.',
  'HALO отметит его как «занято» и не обидится.': 'HALO notes it as “busy” and takes no offence.',
  'Связь с сервером прервалась.': 'The connection to the server was lost.',
  'Проверьте сеть и позвоните ещё раз.': 'Check the network and call again.',
  'Звук не проходит: похоже, мешает межсетевой экран.':
    'No sound gets through: a firewall seems to be in the way.',
  'Попробуйте ещё раз: звук пойдёт другим путём, через сам сервер HALO.':
    'Try again: the sound will take another way, through the HALO server itself.',
  'Нужен микрофон': 'A microphone is needed',
  'Соединяем…': 'Connecting…',
  'Вам звонит HALO': 'HALO is calling you',
  'Вы говорите с HALO': 'You are talking to HALO',
  'Разрешите его в окне браузера: так HALO вас услышит. Звук идёт только на этот сервер; разговор записывается, чтобы показать вам итог.':
    'Allow it in the browser’s window: that is how HALO hears you. The sound goes to this server only; the conversation is recorded to show you what came of it.',
  'Ответьте и говорите как по телефону.': 'Answer, and talk as you would on the phone.',
  'Ответьте и говорите как по телефону. Без ключа OpenAI HALO узнаёт только заготовленные реплики: ваши слова он, скорее всего, попросит повторить.':
    'Answer, and talk as you would on the phone. Without an OpenAI key HALO knows prepared lines only: it will most likely ask you to repeat yours.',
  Отмена: 'Cancel',
  Ответить: 'Answer',
  Отклонить: 'Decline',
  'Длительность разговора': 'Duration of the conversation',
  'Микрофон выключен': 'Microphone is off',
  'Выключить микрофон': 'Turn the microphone off',
  Завершить: 'Hang up',
  'Позвонить ещё раз': 'Call again',
  Закрыть: 'Close',
  Повторить: 'Try again',
};
