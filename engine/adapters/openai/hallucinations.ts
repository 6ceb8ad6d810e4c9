/**
 * What Whisper writes over silence and noise: the credits of the subtitles it was trained on. Whole texts only, after
 * `level`; «спасибо» and "thank you" by themselves are people's words and stay.
 */
const PHANTOMS: readonly RegExp[] = [
  /^(?:редактор )?субтитр\p{L}*(?: .*)?$/u,
  /^(?:корректор|перевод|озвучка)(?: .*)? субтитр\p{L}*.*$/u,
  /dimatorzok/u,
  /amara org/u,
  /^продолжение следует$/u,
  /^спасибо за (?:просмотр|внимание)$/u,
  /^(?:подписывайтесь|подпишитесь)(?: на .*)?$/u,
  /^ставьте лайки?(?: .*)?$/u,
  /^дякую за перегляд$/u,
  /^(?:thank you|thanks)(?: so much| very much)? for watching.*$/u,
  /^(?:please )?(?:like and )?subscribe(?: to .*)?$/u,
  /^(?:subtitles|captions|transcribed|translated) by .*$/u,
  /^you$/u,
  /^altyazi m k$/u,
  /^izlediginiz icin tesekkur(?:ler| ederim| ederiz)$/u,
  /^(?:музыка|музыкальная заставка|аплодисменты|смех|тишина|music|applause|silence|laughter|blank audio|noise)$/u,
];

/** True when a transcription holds no words of a person: empty, marks only, or a known phantom. */
export function isHallucination(text: string): boolean {
  const words = level(text);
  return words === '' || PHANTOMS.some((phantom) => phantom.test(words));
}

function level(text: string): string {
  return text
    .normalize('NFD')
    .replace(/(?<=\p{Script=Latin})\p{M}/gu, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/ı/g, 'i')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
