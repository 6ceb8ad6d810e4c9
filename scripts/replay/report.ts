import type { Deed, HearingReport, ReplayReport } from '../../engine/index.ts';

/** A replay's outcome in words. */
export function reportLines({ steps, events, difference }: ReplayReport): readonly string[] {
  if (difference === undefined)
    return [`✓ Сегодняшняя машина поступает так же: шагов ${steps}, событий журнала ${events}, различий 0.`];
  const { afterSeq, step, ms, event, recorded, today } = difference;
  return [
    `✗ Первое различие: шаг ${step} из ${steps}, ${(ms / 1000).toFixed(3)} с от начала звонка, после события журнала ${afterSeq}.`,
    `  Машине сообщили: ${event === 'timer' ? 'ничего, сработал её собственный таймер' : event}`,
    ...deedLines('Тогда', recorded),
    ...deedLines('Сегодня', today),
  ];
}

/** What today's ears make of the recording, in words. */
export function hearingLines({ frames, heard, concealed, difference }: HearingReport): readonly string[] {
  const made = `  ${concealed} кадров абонента потеряла сеть, и они придуманы: слух мог решить о них иначе.`;
  const lost = concealed === 0 ? [] : [made];
  if (difference === undefined)
    return [
      `✓ Сегодняшний слух слышит то же: ${(frames / 50).toFixed(1)} с записи, решений ${heard}, различий 0.`,
      ...lost,
    ];
  const { nth, atMs, recorded, today } = difference;
  const words = (one: typeof today): string => (one === undefined ? 'ничего' : JSON.stringify(one));
  return [
    `✗ Слух, первое различие: решение ${nth} из ${heard}, ${(atMs / 1000).toFixed(2)} с записи.`,
    `  Тогда: ${words(recorded)}`,
    `  Сегодня: ${words(today)}`,
    ...lost,
  ];
}

function deedLines(when: string, { did, wrote, states }: Deed): readonly string[] {
  return [
    `  ${when}:`,
    ...(did.length + wrote.length === 0 ? ['    ничего не сделано'] : []),
    ...did.map((what) => `    сделано: ${what}`),
    ...wrote.map((event) => `    записано: ${JSON.stringify(event)}`),
    `    состояния: ${states.join(', ')}`,
  ];
}
