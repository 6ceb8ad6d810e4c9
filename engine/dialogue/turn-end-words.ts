import type { SpokenLanguage } from '../contract/languages.ts';
import { plain } from './farewell.ts';

type Lists = Readonly<Record<SpokenLanguage, string>>;

/** Words after which something must come: conjunctions, prepositions, pronouns of a clause not yet said. */
const HANGING: Lists = {
  ru: `и а но или либо да_и что чтобы если когда потому поскольку хотя пока как который которая которое которые где куда
    почему в во на с со к ко у о об от до из за по под над при про для без через между после перед кроме вместо около
    не ни мне мой моя моё мои наш наша ваш ваша ваши этот эта эти самый очень более просто только ещё`,
  en: `and but or so because if when while although though that which who whose where since until unless as than in on at
    for of to from with by about into over under between without the a an my your his her our their this these those
    is are was were will would can could i we they he she it's i'm not very just`,
  uz: 'va yoki ammo lekin biroq chunki agar qachonki hamda bilan ва ёки аммо лекин чунки агар билан mening bu',
  tj: 'ва ё аммо лекин вале зеро чунки агар ки то бо аз ба дар барои вақте ин',
  kk: 'және мен бен пен немесе бірақ өйткені себебі егер қашан ал яғни менің бұл',
  ky: 'жана менен же бирок анткени себеби эгер качан ал башкача менин бул',
  tm: 'we ýa-da ýöne emma sebäbi çünki eger haçan bilen meniň bu',
  az: 'və ya amma lakin ancaq çünki əgər ki hansı ilə mənim bu həm',
  'fa-af': 'و یا اما ولی مگر چون زیرا اگر که تا از به در با برای وقتی این',
  tr: 've veya ya da ama fakat çünkü eğer ki hangi ile benim bu hem yani için',
};

/** Words of someone who looks for the next one. */
const HESITATION: Lists = {
  ru: 'ну вот значит короче типа эм хм то_есть это_самое как_бы в_общем так_сказать сейчас секунду минутку',
  en: 'well like um uh er erm hmm hm you_know i_mean sort_of kind_of let_me_see',
  uz: 'xoʻsh хўш demak anaqa haligi',
  tj: 'хуб ҳамин яъне хайр-е',
  kk: 'жаңағы сонымен яғни әлгі',
  ky: 'жанагы демек тиги',
  tm: 'diýmek ýaňky hany',
  az: 'yəni deməli şey',
  'fa-af': 'خوب یعنی چیز',
  tr: 'şey yani hani işte',
};

/** «Эээ», «ммм», "uhh", «اممم»: in every language. */
export const DRAWL = /^(?:(\p{L})\1{2,}|э+м*|а{2,}|м+|m+|e+r+m*|u+h*m*|a+h+m*|h+m+|ə+|ö+)$/u;

/** Words a sentence of a condition opens with. */
const CONDITION: Lists = {
  ru: 'если когда раз пока',
  en: 'if when unless while',
  uz: 'agar агар qachonki',
  tj: 'агар вақте',
  kk: 'егер',
  ky: 'эгер',
  tm: 'eger',
  az: 'əgər',
  'fa-af': 'اگر وقتی',
  tr: 'eğer',
};

/** Answers that are whole by themselves; two or three of them together are too. */
const WHOLE: Lists = {
  ru: `да нет спасибо конечно хорошо ладно понятно ясно согласен согласна договорились верно правильно точно отлично
    неинтересно интересно подходит удобно пожалуйста пока давайте ага угу не_интересно не_надо не_нужно не_хочу большое`,
  en: 'yes no yeah yep nope thanks thank you okay ok sure fine great right correct exactly agreed please bye absolutely',
  uz: 'ha yoʻq rahmat xoʻp mayli albatta yaxshi toʻgʻri ҳа йўқ раҳмат хўп майли катта',
  tj: 'ҳа не ташаккур раҳмат майлаш албатта хуб дуруст бале калон',
  kk: 'иә жоқ рақмет жарайды әрине жақсы дұрыс керек емес',
  ky: 'ооба жок рахмат ырахмат макул албетте жакшы туура керек эмес',
  tm: 'hawa ýok sagboluň sag boluň bolýar elbetde gowy dogry',
  az: 'bəli hə yox xeyr sağ olun oldu əlbəttə yaxşı düzdür təşəkkür edirəm',
  'fa-af': 'بله بلی نه نخیر تشکر ممنون خوب درست البته حتما بسیار',
  tr: 'evet hayır teşekkürler teşekkür ederim tamam olur tabii elbette iyi doğru sağ olun yok',
};

/** «I am listening, go on»: said over another's words, it asks for nothing. */
const BACKCHANNEL: Lists = {
  ru: `угу ага да так ну_да ну ясно понятно хорошо ладно понял поняла верно точно конечно интересно слушаю вот_как
    окей ок ого мгм умгу`,
  en: 'mm mhm mm-hmm uh-huh right yeah yes yep okay ok sure i_see got_it go_on really great wow aha oh',
  uz: 'ha xoʻp mayli tushunarli shunday ҳа хўп майли тушунарли',
  tj: 'ҳа бале хуб майлаш фаҳмо дуруст',
  kk: 'иә жарайды түсінікті жақсы солай ия',
  ky: 'ооба макул түшүнүктүү жакшы ошондой',
  tm: 'hawa bolýar düşnükli gowy',
  az: 'hə bəli oldu aydındır yaxşı düzdür',
  'fa-af': 'بله بلی خوب درست آها اها فهمیدم هوم',
  tr: 'evet tamam anladım peki hı_hı olur doğru öyle',
};

/** Endings of a condition in the Turkic languages: «bo‘lsa», «olursa», «болса». */
const CONDITIONAL_ENDING =
  /(?:bolsa|olsa|olsam|[iıuü]rs[aeə]m?|[ae]rs[ae]m?|sangiz|san[iı]z|болса|болсо|бўлса|болсам|[ыі]рса|саңыз|сеңіз|саңыз)$/u;

export interface TurnWords {
  readonly hanging: ReadonlySet<string>;
  readonly hesitation: ReadonlySet<string>;
  readonly condition: ReadonlySet<string>;
  readonly whole: ReadonlySet<string>;
  readonly backchannel: ReadonlySet<string>;
  /** A last word that is the «if» of its sentence. */
  readonly conditionalEnding: RegExp | undefined;
}

const TURKIC: readonly SpokenLanguage[] = ['uz', 'kk', 'ky', 'tm', 'az', 'tr'];
const FROM_RUSSIAN: readonly SpokenLanguage[] = ['uz', 'tj', 'kk', 'ky', 'tm', 'az'];
const known = new Map<SpokenLanguage, TurnWords>();

/** The words of a language as `plain` writes them, `_` for a space. Where people mix in Russian, its words count too. */
export function turnWords(language: SpokenLanguage): TurnWords {
  const cached = known.get(language);
  if (cached !== undefined) return cached;
  const of = (lists: Lists): ReadonlySet<string> =>
    new Set(
      [lists[language], FROM_RUSSIAN.includes(language) ? lists.ru : '']
        .join(' ')
        .split(/\s+/)
        .filter((word) => word !== '')
        .map((word) => plain(word.replaceAll('_', ' '))),
    );
  const words: TurnWords = {
    hanging: withoutWords(of(HANGING), of(WHOLE)),
    hesitation: of(HESITATION),
    condition: of(CONDITION),
    whole: of(WHOLE),
    backchannel: of(BACKCHANNEL),
    conditionalEnding: TURKIC.includes(language) ? CONDITIONAL_ENDING : undefined,
  };
  known.set(language, words);
  return words;
}

/** A Russian word may be another language's «yes» or «no». */
function withoutWords(words: ReadonlySet<string>, others: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...words].filter((word) => !others.has(word)));
}
