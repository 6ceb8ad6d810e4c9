import { describe, expect, it } from 'vitest';
import { numberBehaviour } from './personas.ts';

describe('numberBehaviour', () => {
  it.each([
    ['+79990000001', { kind: 'answers', persona: 'interested' }],
    ['+79990000002', { kind: 'answers', persona: 'not_interested' }],
    ['+79990000003', { kind: 'answers', persona: 'call_later' }],
    ['+79990000004', { kind: 'answers', persona: 'neutral' }],
    ['+79990000005', { kind: 'answers', persona: 'silent' }],
    ['+79990000006', { kind: 'answers', persona: 'hangs_up' }],
    ['+79990000007', { kind: 'answers', persona: 'long_winded' }],
    ['+79990000180', { kind: 'rings_for_ever' }],
    ['+79990000403', { kind: 'refused', sip: 403 }],
    ['+79990000404', { kind: 'refused', sip: 404 }],
    ['+79990000408', { kind: 'dead', sip: 408 }],
    ['+79990000480', { kind: 'rings_out', sip: 480 }],
    ['+79990000486', { kind: 'refused', sip: 486 }],
    ['+79990000503', { kind: 'refused', sip: 503 }],
  ])('%s behaves by its last four digits', (phone, expected) => {
    expect(numberBehaviour(phone)).toEqual(expected);
  });

  it('gives every other number one of the first four personas, always the same, and uses all of them', () => {
    const personas = Array.from({ length: 200 }, (_, i) => {
      const phone = `+7916${String(1_234_000 + i * 37).padStart(7, '0')}`;
      expect(numberBehaviour(phone)).toEqual(numberBehaviour(phone));
      const who = numberBehaviour(phone);
      return who.kind === 'answers' ? who.persona : who.kind;
    });
    expect(new Set(personas)).toEqual(new Set(['interested', 'not_interested', 'call_later', 'neutral']));
  });
});
