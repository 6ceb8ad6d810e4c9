import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DemoResult } from '../../api/types.ts';
import { fakeResult } from '../../testing/fake-data.ts';
import { splitLinks } from './split-links.ts';
import { telegramState } from './telegram-state.ts';

describe('links of a message', () => {
  const links = (text: string) =>
    splitLinks(text).flatMap((piece) => (piece.kind === 'link' ? [[piece.text, piece.href]] : []));

  it.each([
    [
      'Продолжим здесь: https://t.me/HALO_DEMO_BOT?start=CALL_abc123.',
      [['https://t.me/HALO_DEMO_BOT?start=CALL_abc123', 'https://t.me/HALO_DEMO_BOT?start=CALL_abc123']],
    ],
    ['(прайс: example.ru/price)', [['example.ru/price', 'https://example.ru/price']]],
    [
      '«https://a.ru/б», потом http://b.com/1!',
      [
        ['https://a.ru/б', 'https://a.ru/б'],
        ['http://b.com/1', 'http://b.com/1'],
      ],
    ],
    ['Завтра в 10.30, ул. Ленина, д.5. Спасибо', []],
    ['javascript:alert(1) data:text/html,x', []],
    ['https://', []],
  ])('%j', (text, found) => {
    expect(links(text)).toEqual(found);
  });

  it('lose nothing of the message and open nothing but the web', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.webUrl(), fc.string(), fc.constantFrom(' ', '. ', 'javascript:', 't.me/x'))),
        (parts) => {
          const message = parts.join('');
          const pieces = splitLinks(message);
          expect(pieces.map(({ text }) => text).join('')).toBe(message);
          for (const piece of pieces) if (piece.kind === 'link') expect(piece.href).toMatch(/^https?:\/\//i);
        },
      ),
    );
  });
});

describe('what is said of Telegram', () => {
  const own = (changes: Partial<DemoResult>): DemoResult => ({ ...fakeResult('complete'), ...changes });
  const delivery = (state: NonNullable<DemoResult['telegram_delivery']>['state']) =>
    own({ telegram_connected: true, telegram_delivery: { state, gateway: 'telegram', detail: '' } });

  it('is that nothing was sent, unless something was', () => {
    expect(telegramState(undefined).words).toContain('ничего не отправлялось');
    expect(telegramState(own({})).words).toContain('не подключён');
    expect(telegramState(own({ telegram_connected: true }))).toEqual({
      connected: true,
      words: 'Это всё равно демо-чат: сообщений в Telegram бот не отправлял.',
    });
    expect(telegramState(delivery('accepted')).words).toContain('бот прислал вам');
    expect(telegramState(delivery('pending')).words).toContain('сейчас отправляет');
    expect(telegramState(delivery('unknown')).words).toContain('неизвестно');
    expect(telegramState(delivery('failed')).words).toContain('не удалось');
  });
});
