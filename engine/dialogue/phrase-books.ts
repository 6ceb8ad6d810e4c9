import type { SpokenLanguage } from '../contract/languages.ts';

/** What the assistant says without asking the operator. */
interface PhraseBook {
  /** The operator could not greet: says nothing of the product, which it may not know. */
  readonly greeting: readonly string[];
  /** The caller says nothing. */
  readonly reprompt: readonly string[];
  /** He spoke, and nothing could be made out. */
  readonly clarify: readonly string[];
  /** A provider failed; asking again gives it another chance. */
  readonly apology: readonly string[];
  /** The reply is late: a few words that promise it, and may stand before any. */
  readonly filler: readonly string[];
  /** The operator could not close: thanks and a goodbye (`saysGoodbye` holds). */
  readonly closing: readonly string[];
}

export const PHRASE_BOOKS: Readonly<Record<SpokenLanguage, PhraseBook>> = {
  ru: {
    greeting: ['Здравствуйте! Звоню вам с коротким предложением. Удобно сейчас говорить?'],
    reprompt: ['Алло, вы меня слышите?', 'Вы на линии?'],
    clarify: [
      'Простите, вас плохо слышно. Повторите, пожалуйста.',
      'Извините, связь прервалась. Скажите, пожалуйста, ещё раз.',
      'Простите, не получилось разобрать. Повторите, пожалуйста, чуть громче.',
    ],
    apology: ['Простите, небольшая заминка на линии. Повторите, пожалуйста.'],
    filler: ['Секундочку.', 'Так, минутку.', 'Сейчас скажу.'],
    closing: ['Спасибо за разговор и за ваше время. Всего доброго, до свидания!'],
  },
  en: {
    greeting: ['Hello! I am calling with a short offer. Is this a good time to talk?'],
    reprompt: ['Hello, can you hear me?', 'Are you still there?'],
    clarify: [
      'Sorry, the line is bad. Could you say that again, please?',
      'I am sorry, we were cut off for a moment. Could you repeat that?',
      'Sorry, that did not come through. Could you speak up a little, please?',
    ],
    apology: ['Sorry, there was a problem on the line. Could you repeat that, please?'],
    filler: ['One moment.', 'Let me see.', 'Just a second.'],
    closing: ['Thank you for talking to us and for your time. All the best, goodbye!'],
  },
  uz: {
    greeting: ['Assalomu alaykum! Sizga qisqa taklif bilan qoʻngʻiroq qilyapmiz. Hozir gaplashish qulaymi?'],
    reprompt: ['Allo, meni eshityapsizmi?', 'Aloqadamisiz?'],
    clarify: [
      'Kechirasiz, ovozingiz yaxshi eshitilmayapti. Iltimos, takrorlang.',
      'Uzr, aloqa uzilib qoldi. Iltimos, yana bir marta ayting.',
    ],
    apology: ['Kechirasiz, aloqada nosozlik boʻldi. Iltimos, yana bir marta ayting.'],
    filler: ['Bir soniya.', 'Hozir aytaman.'],
    closing: ['Suhbat uchun va vaqtingiz uchun rahmat. Sogʻ boʻling, xayr!'],
  },
  tj: {
    greeting: [
      'Ассалому алейкум! Мо бо як пешниҳоди кӯтоҳ занг мезанем. Ҳозир гап задан барои шумо қулай аст?',
    ],
    reprompt: ['Алло, шумо маро мешунавед?', 'Шумо дар хат ҳастед?'],
    clarify: [
      'Бубахшед, овози шумо хуб шунида намешавад. Лутфан, такрор кунед.',
      'Мебахшед, алоқа канда шуд. Лутфан, бори дигар гӯед.',
    ],
    apology: ['Бубахшед, дар алоқа мушкилӣ пайдо шуд. Лутфан, такрор кунед.'],
    filler: ['Як лаҳза.', 'Ҳозир мегӯям.'],
    closing: ['Барои суҳбат ва вақтатон ташаккур. Саломат бошед, хайр!'],
  },
  kk: {
    greeting: ['Сәлеметсіз бе! Сізге қысқаша ұсыныспен қоңырау шалып тұрмыз. Қазір сөйлесуге ыңғайлы ма?'],
    reprompt: ['Алло, мені естіп тұрсыз ба?', 'Сіз байланыстасыз ба?'],
    clarify: [
      'Кешіріңіз, дауысыңыз нашар естіліп тұр. Қайталап жіберіңізші.',
      'Ғафу етіңіз, байланыс үзіліп қалды. Тағы бір рет айтып жіберіңізші.',
    ],
    apology: ['Кешіріңіз, байланыста ақау болды. Өтінемін, қайталап айтыңызшы.'],
    filler: ['Бір сәт.', 'Қазір айтамын.'],
    closing: ['Әңгімеңізге және уақытыңызға рақмет. Сау болыңыз!'],
  },
  ky: {
    greeting: ['Саламатсызбы! Сизге кыскача сунуш менен чалып жатабыз. Азыр сүйлөшүүгө ыңгайлуубу?'],
    reprompt: ['Алло, мени угуп жатасызбы?', 'Сиз байланыштасызбы?'],
    clarify: [
      'Кечиресиз, үнүңүз начар угулуп жатат. Кайталап коюңузчу.',
      'Кечиресиз, байланыш үзүлүп калды. Дагы бир жолу айтып коюңузчу.',
    ],
    apology: ['Кечиресиз, байланышта үзгүлтүк болду. Сураныч, кайталап коюңузчу.'],
    filler: ['Бир мүнөт.', 'Азыр айтам.'],
    closing: ['Маек үчүн жана убактыңыз үчүн рахмат. Жакшы калыңыз!'],
  },
  tm: {
    greeting: ['Salam! Size gysga teklip bilen jaň edýäris. Häzir gürleşmäge amatlymy?'],
    reprompt: ['Allo, meni eşidýärsiňizmi?', 'Siz liniýada barmy?'],
    clarify: [
      'Bagyşlaň, sesiňiz gowy eşidilenok. Haýyş edýärin, gaýtalaň.',
      'Bagyşlaň, aragatnaşyk kesildi. Haýyş edýärin, ýene bir gezek aýdyň.',
    ],
    apology: ['Bagyşlaň, aragatnaşykda näsazlyk boldy. Haýyş edýärin, gaýtadan aýdyň.'],
    filler: ['Bir minut.', 'Häzir aýdaryn.'],
    closing: ['Gürrüň üçin we wagtyňyz üçin sag boluň. Hoş galyň, görüşýänçäk!'],
  },
  az: {
    greeting: ['Salam! Sizə qısa bir təkliflə zəng edirik. İndi danışmaq sizə rahatdır?'],
    reprompt: ['Alo, məni eşidirsiniz?', 'Siz xətdəsiniz?'],
    clarify: [
      'Bağışlayın, səsiniz yaxşı gəlmir. Zəhmət olmasa, təkrar edin.',
      'Üzr istəyirəm, əlaqə kəsildi. Zəhmət olmasa, bir də deyin.',
    ],
    apology: ['Bağışlayın, əlaqədə problem yarandı. Zəhmət olmasa, təkrar edin.'],
    filler: ['Bir saniyə.', 'İndi deyirəm.'],
    closing: ['Söhbət üçün və vaxtınız üçün təşəkkür edirik. Sağ olun, xudahafiz!'],
  },
  'fa-af': {
    greeting: ['سلام! با یک پیشنهاد کوتاه به شما زنگ زده‌ایم. حالا وقت گپ زدن دارید؟'],
    reprompt: ['الو، صدای مرا می‌شنوید؟', 'شما در خط هستید؟'],
    clarify: [
      'ببخشید، صدای شما درست نمی‌آید. لطفاً تکرار کنید.',
      'معذرت می‌خواهم، ارتباط قطع شد. لطفاً یک بار دیگر بگویید.',
    ],
    apology: ['ببخشید، در ارتباط مشکلی پیش آمد. لطفاً دوباره بگویید.'],
    filler: ['یک لحظه.', 'همین حالا می‌گویم.'],
    closing: ['از گفتگو و وقت شما تشکر. روز تان خوش، خدا حافظ!'],
  },
  tr: {
    greeting: ['Merhaba! Sizi kısa bir teklif için arıyoruz. Şu an konuşmak için uygun musunuz?'],
    reprompt: ['Alo, beni duyuyor musunuz?', 'Hatta mısınız?'],
    clarify: [
      'Özür dilerim, sesiniz iyi gelmiyor. Tekrar eder misiniz, lütfen?',
      'Affedersiniz, hat kesildi. Bir kez daha söyler misiniz?',
    ],
    apology: ['Özür dilerim, hatta bir sorun oldu. Tekrar eder misiniz, lütfen?'],
    filler: ['Bir saniye.', 'Hemen söylüyorum.'],
    closing: ['Görüşme için ve zaman ayırdığınız için teşekkür ederiz. Hoşça kalın, iyi günler!'],
  },
};
