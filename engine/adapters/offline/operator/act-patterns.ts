import { words } from './words.ts';

/** What a caller does with his words; one turn may do several things. */
export const ACTS = [
  'greeting',
  'who',
  'number',
  'robot',
  'how',
  'price',
  'trial',
  'send',
  'interest',
  'need',
  'yes',
  'weakYes',
  'no',
  'refusal',
  'stop',
  'wrong',
  'rude',
  'later',
  'selfCall',
  'busy',
  'inHurry',
  'doubt',
  'expensive',
  'have',
  'thanks',
  'bye',
  'done',
  'repeat',
  'wait',
] as const;
export type Act = (typeof ACTS)[number];

const NOT_MUCH = '(?:(?:очень|особо|особенно|сильно|слишком|совсем|вообще|так уж|пока) )?';

/** The words of each act, Russian first; read by `words`. */
export const ACT_PATTERNS: Readonly<Record<Act, RegExp>> = {
  greeting: words(`
    алло; але; здравствуйте; здрасте; добр(?:ый|ое|ого) (?:день|утро|вечер|дня); слушаю; говорите
    привет; hello; hi; good (?:morning|afternoon|evening); speaking; listening; go ahead
  `),
  who: words(`
    кто это; кто (?:вы|говорит|звонит|там); вы кто; с кем (?:я )?(?:говорю|разговариваю|имею)
    откуда (?:вы|звонок|звоните); что за (?:компани|фирм|организаци|контор)~
    как~ (?:компани|фирм|организаци)~; по как~ (?:вопросу|поводу|делу); зачем (?:вы )?звоните
    представьтесь; как вас зовут; who(?: is|'s) (?:this|it|that|calling|speaking); who are you
    what(?: is|'s) (?:this|it) about; (?:what|which) company; where are you calling from
    why are you calling; your name
  `),
  number: words(`
    (?:откуда|где) (?:у вас |вы |это )*(?:взяли |узнали |достали |нашли )?(?:мой |этот )?(?:номер|телефон)~
    кто (?:вам )?дал (?:вам )?(?:мой )?(?:номер|телефон)
    (?:where|how) did you (?:get|find) (?:my|this) (?:phone )?number
  `),
  robot: words(`
    робот~; бот~; автоответчик~; ии; искусственн~ интеллект~?; нейросет~; жив(?:ой|ым) человек~
    вы человек; (?:это|вы) (?:запись|машина|программа); с машиной; с программой; robots?; bots?; ai
    artificial intelligence; are you (?:a )?(?:real|human|person|machine)~; real person; a recording
    automated; computer
  `),
  how: words(`
    что это(?: так~)?; что вы (?:предлагаете|продаете|хотите|хотели)
    что за (?:предложени|услуг|продукт|помощник|сервис)~; как (?:это|он|она|все) работает; расскажите
    (?:по)?подробнее; в чем (?:суть|смысл|дело); о чем (?:речь|вы); объясните; что (?:он|это) умеет
    зачем (?:это|он) (?:мне|нам); how does (?:it|this|that) work
    what (?:is it|is that|do you (?:offer|sell|want|do)); tell me(?: a (?:bit|little))? more
    more about; explain; what can it do
  `),
  price: words(`
    сколько (?:\\p{L}+ ){0,3}(?:стои~|обойдет~|платить|выйдет); во сколько (?:\\p{L}+ )?обойд~
    стоимост~; цен[аыуе]; цены; ценник~; почем; тариф~; прайс~; расценк~; сколько денег; how much
    price~; pricing; costs?; tariffs?; rates?; fees?
  `),
  trial: words(`
    попробовать; пробн~; протестир~; тестов~; бесплатн~; на пробу; демо; try(?: it| this| that)?
    trial; free; for free; test it; demo
  `),
  send: words(`
    пришли(?:те)?; присылай(?:те)?; вышли(?:те)?; высылай(?:те)?; отправ~; скин~; киньте; сбросьте
    напишите; можете (?:прислать|написать|выслать); на (?:почту|email|имейл|ватсап|вотсап|телеграм~)
    в (?:телеграм~|телегу|ватсап~|вотсап~|мессенджер~|смс|сообщении); ссылку; send; email me; text me
    message me; a link; in a message
  `),
  interest: words(`
    (?<!не )(?<!не (?:очень|особо|особенно|сильно|слишком|совсем|вообще) )(?<!не так уж )(?:интересно|интересует|интересен|интересна|интересуюсь|заинтересова~)
    (?<!не )подходит; (?<!не )хочу (?:попробовать|подключить|купить|заказать|узнать)~
    хотел~ бы (?:узнать|понять|попробовать|подключить|заказать); звучит (?:хорошо|неплохо|интересно)
    (?<!не )нравится; (?<!not )(?<!not (?:very|really|that|so) )(?:interested|interesting)
    works for me; suits me; sounds (?:good|great); i (?:would|'d) (?:like|love) (?:to|that|it)
    i want (?:it|to try|to know|to buy)
  `),
  need: words(`
    (?:нам|мне) (?:\\p{L}+ ){0,2}(?:нужно|нужен|нужна|надо|требуется|пригодил~|пригодит~)(?! подумать)
    (?:нужно|нужен) что то так~; некому; телефон звонит; пропускаем звонки
    не успеваем (?:отвечать|брать); (?:we|i) (?:really )?need (?!to think|to go|time)~; need something
    nobody (?:here )?to answer; no one (?:here )?to answer; phone rings; miss(?:ing)? calls
  `),
  yes: words(`
    да; ага; угу; конечно; давай(?:те)?; соглас(?:ен|на|ны); (?<!не )удобно; (?<!не )можно(?! ли)
    пожалуй; не против; с удовольствием; верно; есть (?:минут|врем)~; нет проблем; без проблем; yes
    yeah; yep; sure; of course; go ahead; why not; absolutely; certainly; no problem; go on
  `),
  weakYes: words(
    `хорошо; ладно; окей; ок; ну давайте; ok; okay; all right; alright; fine; good; great; right`,
  ),
  no: words(
    `нет(?! проблем)(?! вопросов); неа; не а; ни в коем случае; no(?! problem)(?! questions); nope; nah`,
  ),
  refusal: words(`
    не ${NOT_MUCH}(?:интересно|интересует|интересен|интересна|интересуюсь|заинтересован~); неинтересно
    не нужн[оаы]?; не нужен; не надо; ненадо; не хоч(?:у|ем); не требуется; не актуально; неактуально
    не подходит; нет спасибо; спасибо нет; спасибо не надо; отказыва~; откажусь; без надобности
    не буд(?:у|ем) (?:ничего )?(?:покупать|брать|пользоваться|подключать); ничего не (?:нужно|надо)
    не (?:присылайте|отправляйте); not (?:very |really |that |so )?interested
    no(?: thank you| thanks); (?:do not|don't|dont) (?:need|want)(?: it| this| that| any~)?
    not for (?:me|us); no need; not interesting
  `),
  stop: words(`
    не звон(?:ите|и); больше не (?:звон|беспоко|набира)~; не беспокой~; отстан~
    (?:удалите|уберите|вычеркните) (?:мой |меня |номер )~; забудьте (?:мой |этот )?номер; прекратите
    хватит звонить; жалобу; (?:do not|don't|dont|please do not|never) call; stop calling
    remove (?:me|my); take me off; leave (?:me|us) alone
  `),
  wrong: words(`ошиблись; не туда (?:попали|звоните); не тот номер; wrong number`),
  rude: words(`
    дурак~; идиот~; отвали~; пош(?:ел|ла|ли) (?:ты|вы|вон|на|к); заткни~; мошенник~; разводил~
    достали; задолбали; надоели; idiots?; stupid; shut up; scam~; get lost; fuck~; go to hell
  `),
  later: words(`
    перезвон(?:ите|и|ить)
    (?:перезвоните|позвоните|наберите|звоните|наберите)(?: мне| нам)? (?:позже|попозже|потом|завтра|послезавтра|вечером|утром|днем|через|после|в|во|на|ближе|как нибудь)
    давайте (?:потом|позже|попозже|завтра|в другой раз|в другое время|созвонимся); попозже; позже
    в другой раз; в другое время; не сейчас; созвонимся
    call (?:me |us )?(?:back|later|again|another|some other)
    call (?:me|us) (?:tomorrow|on|in|at|after|this|next|tonight); later; (?:another|some other) time
    not (?:right )?now; try me
  `),
  selfCall: words(`
    (?:сам|сама|сами|я) (?:\\p{L}+ ){0,2}перезвон(?:ю|им); перезвоню
    i(?:'ll| will) call (?:you )?(?:back)?
  `),
  busy: words(`
    за рулем; занят~; не могу (?:сейчас |пока )?(?:говорить|разговаривать|общаться|отвечать)
    не могу сейчас; сейчас не могу; неудобно; не (?:очень |совсем )?удобно
    на (?:совещании|встрече|работе|уроке|приеме); в метро; веду машину; некогда; нет времени
    не вовремя; driving; busy; (?:cannot|can't|cant|can not) (?:talk|speak)(?: right)?(?: now)?
    in a meeting; at work; no time; not a (?:good|great|convenient) time; bad time
  `),
  inHurry: words(`
    не до (?:этого|того|вас|разговор~); выхожу; ухожу; собирал(?:ся|ась); спешу; тороплюсь; опаздываю
    about to leave; not the (?:right )?moment; in a (?:hurry|rush); heading out; on my way out
  `),
  doubt: words(`
    не знаю; подумать; подумаю; подумаем; не уверен~; не решил~; посмотрим; посоветоваться; может быть
    возможно; наверное; сомнева~; не могу (?:ничего )?сказать; затрудняюсь; обсудить
    (?:do not|don't|dont) know; think (?:about|it|on)~; not sure; maybe; perhaps
    (?:cannot|can't|cant) say; we(?:'ll| will) see; hard to say; discuss it
  `),
  expensive: words(`дорого; дороговато; слишком дорог~; expensive; too much`),
  have: words(`
    (?:у нас|у меня|мы) (?:это )?уже (?:есть|пользуемся|работаем|подключ~|стоит)
    уже (?:пользуюсь|пользуемся|подключ~|есть так~); у нас есть (?:свой|своя|свои|друг~)
    already (?:have|use|got|working)
  `),
  thanks: words(`спасибо; благодар~; thank you; thanks`),
  bye: words(`
    до свидания; до свиданья; всего (?:вам )?(?:доброго|хорошего); до (?:завтра|встречи|связи|скорого)
    прощайте; счастливо; (?:хорошего|удачного) (?:вам )?(?:дня|вечера)
    (?:все|ну|ладно|давай~|хорошо|спасибо) пока(?=[\\s.!]*$); good-?bye; bye; all the best
    until (?:tomorrow|then|monday); see you; have a (?:nice|good|great) (?:day|evening)
  `),
  done: words(`
    вопросов (?:больше )?нет; нет вопросов; все понятно; все ясно; это все; больше (?:ничего|нет)
    that(?:'s| is) all; no(?: more| other)? questions; nothing else; all clear
  `),
  repeat: words(`
    не слыш~; плохо слышно; повторите; что вы сказали; как вы сказали; не понял~; не понимаю
    не расслышал~; еще раз; громче; (?:can't|cannot|cant) hear; repeat; say (?:that |it )?again
    pardon; what did you say; (?:did not|didn't|didnt) (?:catch|hear|get|understand); louder
    come again
  `),
  wait: words(`
    секунд(?:у|очку); (?<!через )минут(?:у|очку|ку); подожд~; погодите; one moment; hold on
    (?:one|just a|a) (?:sec|second|moment|minute)
  `),
};
