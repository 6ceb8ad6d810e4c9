import { describe, expect, it } from 'vitest';
import type { SpeechRequest } from '../../ports/speech.ts';
import { SpeechCache } from './synthesiser-cache.ts';

const request = (text: string): SpeechRequest => ({ text, language: 'ru', voice: 'male' });
const chunk = (...samples: number[]): { samples: Int16Array; rateHz: number } => ({
  samples: Int16Array.from(samples),
  rateHz: 8000,
});

describe('SpeechCache', () => {
  it('gives a whole utterance back, by engine, language, voice and text', () => {
    const cache = new SpeechCache(1000);
    cache.put('a', request('x'), [chunk(1, 2), chunk(3)]);
    expect(cache.get('a', request('x'))).toEqual(chunk(1, 2, 3));
    expect(cache.get('b', request('x'))).toBeUndefined();
    expect(cache.get('a', { ...request('x'), voice: 'female' })).toBeUndefined();
    expect(cache.get('a', { ...request('x'), language: 'kk' })).toBeUndefined();
  });

  it('drops the least recently used, and never holds more than its bytes', () => {
    const cache = new SpeechCache(8);
    cache.put('a', request('one'), [chunk(1, 1)]);
    cache.put('a', request('two'), [chunk(2, 2)]);
    cache.get('a', request('one'));
    cache.put('a', request('three'), [chunk(3, 3)]);
    expect(cache.get('a', request('two'))).toBeUndefined();
    expect(cache.get('a', request('one'))).toBeDefined();
    cache.put('a', request('one'), [chunk(9)]);
    expect(cache.bytes).toBe(6);
    cache.put('a', request('big'), [chunk(1, 2, 3, 4, 5)]);
    expect(cache.get('a', request('big'))).toBeUndefined();
    expect(cache.bytes).toBe(6);
  });
});
