import { describe, expect, it } from 'vitest';
import { VisitorMemory, type MemoryStore } from './visitor-memory.ts';

function store(): MemoryStore & { readonly map: Map<string, string> } {
  const map = new Map<string, string>();
  return {
    map,
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => void map.set(key, value),
    removeItem: (key) => void map.delete(key),
  };
}

const order = { phone: '+79990000001', language: 'auto', voice: 'female', prompt: '' } as const;

describe('VisitorMemory', () => {
  it('remembers the last session and when it began', () => {
    const memory = new VisitorMemory(store(), store());
    memory.rememberSession('a', 5);
    expect([memory.sessionId, memory.startedAtMs('a'), memory.startedAtMs('b')]).toEqual(['a', 5, undefined]);
    memory.rememberSession('b', 9);
    memory.forgetSession('a');
    expect(memory.sessionId).toBe('b');
    memory.forgetSession('b');
    expect([memory.sessionId, memory.startedAtMs('b')]).toEqual([null, undefined]);
  });

  it('remembers the theme and the language, and knows only its own', () => {
    const kept = store();
    const memory = new VisitorMemory(kept, store());
    expect([memory.theme, memory.locale]).toEqual(['auto', 'ru']);
    memory.rememberTheme('dark');
    memory.rememberLocale('en');
    expect([memory.theme, memory.locale]).toEqual(['dark', 'en']);
    kept.map.set('halo.theme', 'sepia').set('halo.locale', 'xx');
    expect([memory.theme, memory.locale]).toEqual(['auto', 'ru']);
  });

  it('keeps the phone number for this tab only', () => {
    const kept = store();
    const memory = new VisitorMemory(kept, store());
    memory.rememberOrder(order);
    expect(memory.order).toEqual(order);
    expect([...kept.map.values()].join()).not.toContain('79990000001');
  });

  it('works with rubbish in the store, without a store, and with a store that refuses', () => {
    const rubbish = store();
    rubbish.map.set('halo.order', '{').set('halo.started', '7');
    const refusing: MemoryStore = {
      getItem: () => {
        throw new Error('denied');
      },
      setItem: () => {
        throw new Error('full');
      },
      removeItem: () => undefined,
    };
    for (const [kept, tab] of [
      [rubbish, rubbish],
      [undefined, undefined],
      [refusing, refusing],
    ]) {
      const memory = new VisitorMemory(kept, tab);
      expect([memory.sessionId, memory.startedAtMs('a'), memory.order]).toEqual([null, undefined, {}]);
      expect(() => memory.rememberSession('a', 1)).not.toThrow();
    }
  });
});
