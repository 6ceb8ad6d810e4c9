import { readFile } from 'node:fs/promises';
import { Value } from 'typebox/value';
import { CallEvent } from '../../engine/contract/call-event.ts';

/** The file holds no journal; the message, in Russian, says where and what is expected. */
export class JournalFileError extends Error {}

/** A call's journal: an event a line, or the answer of GET /call/{id}/events. Throws JournalFileError. */
export async function readJournalFile(file: string): Promise<readonly CallEvent[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'такого файла нет' : String(cause);
    throw new JournalFileError(`${file}: ${why} (и это не id звонка)`, { cause });
  }
  return readJournal(text, file);
}

/** The same for a text; `name` is what errors call it. */
export function readJournal(text: string, name: string): readonly CallEvent[] {
  const whole = parsed(text);
  const events: readonly unknown[] = hasEvents(whole)
    ? whole.events
    : lines(text).map(({ line, at }) => {
        const event = parsed(line);
        if (event === undefined) throw new JournalFileError(`${name}, строка ${at}: это не JSON`);
        return event;
      });
  if (events.length === 0) throw new JournalFileError(`${name}: журнал пуст`);
  return events.map((event, at) => checked(event, `${name}, событие ${at + 1}`));
}

function checked(event: unknown, where: string): CallEvent {
  if (Value.Check(CallEvent, event)) return event;
  const type = (event as { type?: unknown } | null)?.type;
  const what = typeof type === 'string' ? `событие «${type}» не того вида` : 'нет поля type';
  throw new JournalFileError(`${where}: ${what}; нужны события журнала, как их отдаёт GET /call/{id}/events`);
}

function lines(text: string): readonly { readonly line: string; readonly at: number }[] {
  return text
    .split('\n')
    .map((line, index) => ({ line: line.trim(), at: index + 1 }))
    .filter(({ line }) => line !== '');
}

function hasEvents(value: unknown): value is { readonly events: readonly unknown[] } {
  return typeof value === 'object' && value !== null && 'events' in value && Array.isArray(value.events);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
