/**
 * Words that people pick up with. Said into the greeting they are no interruption of it: he does not know yet who
 * calls. In the ten languages of the product, where people often say «алло» in a language that is not their own.
 */
const PICK_UP_WORDS: ReadonlySet<string> = new Set(
  `алло алё але ало да слушаю вас говорите у аппарата на связи аппарат здравствуйте добрый день ассалому алейкум
   ха лаббай эшитаман ҳа бале мешунавам иә тыңдап тұрмын ооба угуп жатам
   hello hi yes yeah speaking good morning afternoon evening allo alo ha labbay eshitaman hawa diňleýärin bəli buyurun
   eşidirəm efendim evet الو بله بفرمایید سلام`
    .trim()
    .split(/\s+/),
);

const MOST_WORDS = 4;

/** All of it is what people say when they pick up. */
export function answersThePhone(text: string): boolean {
  const words = text.toLowerCase().match(/[\p{L}\p{M}'’-]+/gu) ?? [];
  return words.length > 0 && words.length <= MOST_WORDS && words.every((word) => PICK_UP_WORDS.has(word));
}
