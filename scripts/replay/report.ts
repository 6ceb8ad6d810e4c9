import type { Deed, ReplayReport } from '../../engine/index.ts';

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

function deedLines(when: string, { did, wrote, states }: Deed): readonly string[] {
  return [
    `  ${when}:`,
    ...(did.length + wrote.length === 0 ? ['    ничего не сделано'] : []),
    ...did.map((what) => `    сделано: ${what}`),
    ...wrote.map((event) => `    записано: ${JSON.stringify(event)}`),
    `    состояния: ${states.join(', ')}`,
  ];
}
