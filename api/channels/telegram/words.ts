import type { SpokenLanguage } from '../../../engine/contract/languages.ts';

/** What only the person of the call reads, in the language he spoke. */
export interface ConnectedWords {
  readonly bound: string;
  readonly known: string;
}

export const CONNECTED_WORDS: Readonly<Record<SpokenLanguage, ConnectedWords>> = {
  ru: {
    bound: 'Спасибо за разговор с HALO! Telegram подключён к вашему звонку.',
    known: 'Этот Telegram уже подключён к вашему звонку. Больше ничего делать не нужно.',
  },
  uz: {
    bound: 'HALO bilan suhbat uchun rahmat! Telegram qoʻngʻirogʻingizga ulandi.',
    known: 'Bu Telegram qoʻngʻirogʻingizga allaqachon ulangan. Boshqa hech narsa qilish shart emas.',
  },
  tj: {
    bound: 'Барои суҳбат бо HALO ташаккур! Telegram ба занги шумо пайваст шуд.',
    known: 'Ин Telegram аллакай ба занги шумо пайваст аст. Дигар коре лозим нест.',
  },
  kk: {
    bound: 'HALO-мен сөйлескеніңіз үшін рақмет! Telegram қоңырауыңызға қосылды.',
    known: 'Бұл Telegram қоңырауыңызға бұрыннан қосылған. Басқа ештеңе істеудің қажеті жоқ.',
  },
  ky: {
    bound: 'HALO менен сүйлөшкөнүңүз үчүн рахмат! Telegram чалууңузга туташтырылды.',
    known: 'Бул Telegram чалууңузга мурунтан эле туташтырылган. Башка эч нерсе кылуунун кереги жок.',
  },
  tm: {
    bound: 'HALO bilen gürrüňdeşlik üçin sag boluň! Telegram jaňyňyza birikdirildi.',
    known: 'Bu Telegram eýýäm jaňyňyza birikdirilen. Başga hiç zat etmek gerek däl.',
  },
  az: {
    bound: 'HALO ilə söhbət üçün təşəkkür edirik! Telegram zənginizə qoşuldu.',
    known: 'Bu Telegram artıq zənginizə qoşulub. Başqa heç nə etmək lazım deyil.',
  },
  'fa-af': {
    bound: 'تشکر از گفتگو با HALO! تلگرام به تماس شما وصل شد.',
    known: 'این تلگرام از قبل به تماس شما وصل است. کار دیگری لازم نیست.',
  },
  en: {
    bound: 'Thank you for talking with HALO! Telegram is now connected to your call.',
    known: 'This Telegram is already connected to your call. There is nothing more to do.',
  },
  tr: {
    bound: 'HALO ile görüştüğünüz için teşekkürler! Telegram aramanıza bağlandı.',
    known: 'Bu Telegram zaten aramanıza bağlı. Başka bir şey yapmanıza gerek yok.',
  },
};

/** To whoever is not known to have a call: the language of another's call would tell something of him. */
export const STRANGER_WORDS = {
  taken:
    'Эта ссылка уже использована в другом Telegram. Если она пришла вам в SMS, откройте её там, где открыли впервые.',
  unknown: 'Звонка по этой ссылке не нашлось. Откройте ссылку из SMS ещё раз, целиком.',
  start:
    'Здравствуйте! Это бот HALO. Откройте ссылку из SMS, которое пришло после звонка, и Telegram подключится.',
  other:
    'Здесь отвечает бот, переписку он не ведёт. Чтобы подключить Telegram к звонку, откройте ссылку из SMS.',
} as const;
