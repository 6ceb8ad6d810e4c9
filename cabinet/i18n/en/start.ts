import type { Dictionary } from '../dictionary.ts';

export const start: Dictionary = {
  'Подставить номер на {0}: {1}': 'Use the number ending in {0}: {1}',
  'Любой другой номер — один из первых четырёх собеседников, всегда один и тот же.':
    'Any other number is one of the first four, and always the same one.',
  'Промпт длиннее {0} знаков. Сократите на {1}.':
    'The prompt is longer than {0} characters. Shorten it by {1}.',
  'Не удалось отправить запрос. Обновите страницу и повторите.':
    'The request could not be sent. Reload the page and try again.',
  'Звонок мог уже начаться: подождите минуту, прежде чем повторять.':
    'The call may have started already: wait a minute before you try again.',
  'Ассистент HALO': 'HALO assistant',
  'Ты представляешь HALO — ИИ-ассистента, который отвечает на звонки и сообщения клиентов за компанию. Коротко расскажи, чем он полезен малому бизнесу: не пропускает звонки, отвечает круглосуточно, сам заполняет CRM. Узнай, интересно ли это собеседнику, и предложи прислать подробности в Telegram.':
    'You represent HALO, an AI assistant that answers a company’s calls and messages. Say briefly what it does for a small business: it misses no call, answers day and night, and fills in the CRM by itself. Find out whether the person is interested, and offer to send the details in Telegram.',
  Стоматология: 'Dental clinic',
  'Ты администратор стоматологии «Белая линия». Напомни, что с последнего осмотра прошло полгода, и предложи записаться на бесплатную консультацию и чистку со скидкой 20 %. Спроси, интересно ли это и когда удобно. Если человек занят, узнай, когда перезвонить.':
    'You are the receptionist of the dental clinic “White Line”. Mention that the last check-up was six months ago, and offer a free consultation and a cleaning at a 20% discount. Ask whether this is of interest and when it would suit. If the person is busy, find out when to call back.',
  'Онлайн-школа': 'Online school',
  'Ты звонишь от онлайн-школы английского «Спикер». Человек оставил заявку на пробный урок. Узнай, для чего ему английский, расскажи про бесплатное занятие с преподавателем и предложи прислать ссылку на запись. Не дави: если не интересно, поблагодари и попрощайся.':
    'You are calling from the online English school “Speaker”. The person has asked for a trial lesson. Find out what they need English for, tell them about the free lesson with a teacher, and offer to send a link to sign up. Do not push: if they are not interested, thank them and say goodbye.',
  заинтересован: 'is interested',
  'не заинтересован': 'is not interested',
  'просит перезвонить': 'asks to call back',
  'отвечает нейтрально': 'answers neutrally',
  молчит: 'is silent',
  'бросает трубку на полуслове': 'hangs up in mid-word',
  'говорит долго': 'talks at length',
  'нет такого номера': 'no such number',
  'не берёт трубку': 'does not pick up',
  занято: 'is busy',
  'ошибка на линии': 'line error',
  'Запустить демо': 'Start the demo',
  'HALO позвонит на указанный номер, поговорит и покажет итог: резюме, follow-up, карточку CRM.':
    'HALO will call the number, talk, and show what came of it: a summary, a follow-up, a CRM record.',
  'Ответить в браузере': 'Answer in the browser',
  'Запускаем…': 'Starting…',
  Телефон: 'Phone',
  'Российский номер: можно начать с +7 или с 8.': 'A Russian number: start with +7 or with 8.',
  Язык: 'Language',
  'Начнём по-русски и перейдём на язык собеседника.':
    'We begin in Russian and change to the language of the person called.',
  'Разговор пойдёт на этом языке.': 'The conversation will be in this language.',
  'Подключённая сейчас речь этого языка не знает. Доступны: {0}.':
    'The speech engine connected now does not know this language. Available: {0}.',
  Голос: 'Voice',
  'Промпт ассистента': 'Assistant’s prompt',
  'Кого представляет ассистент, что предлагает и что должен узнать. Пусто — расскажет о самом HALO.':
    'Whom the assistant represents, what it offers and what it should find out. Empty: it will talk about HALO itself.',
  'Лишних знаков: {0}': 'Characters too many: {0}',
  '{0} из {1}': '{0} of {1}',
  'знака|знаков|знаков': 'character|characters',
  'Готовые промпты': 'Ready prompts',
  'Вернуть мой текст': 'Bring my text back',
  'ИИ-ассистент, который звонит сам': 'The AI assistant that makes the calls',
  'Что здесь настоящее': 'What is real here',
  'Кто ответит на звонок': 'Who will answer',
  'Линия смоделирована: собеседника выбирают последние цифры номера.':
    'The line is simulated: the last digits of the number choose who answers.',
  'Когда дозвониться не выходит': 'When nobody can be reached',
  Авто: 'Auto',
  'определить язык автоматически': 'detect the language',
  'Здравствуйте! Это HALO. Удобно говорить минуту?': 'Hello! This is HALO. Do you have a minute?',
  'Да, слушаю вас.': 'Yes, go on.',
  'Вы оставляли заявку. Подсказать по цене или сразу записать вас?':
    'You left a request. Shall I tell you the price, or book you right away?',
  'Давайте на четверг, после обеда.': 'Thursday afternoon, please.',
  'Записала. Подробности пришлю в Telegram.': 'Booked. I will send the details in Telegram.',
  'Пример разговора': 'An example of a conversation',
  'Остановить пример': 'Stop the example',
  'Продолжить пример': 'Go on with the example',
  Клиент: 'Client',
};
