import { describe, expect, it } from 'vitest';
import type { CallEvent } from '../engine/contract/call-event.ts';
import { toCallId } from '../engine/contract/ids.ts';
import { logEvent } from './log-event.ts';

describe('The log of a call', () => {
  it('has a line for every failure of a provider, with the call, the stage and the code', () => {
    const callId = toCallId('11111111-1111-4111-8111-111111111111');
    for (const [stage, code] of [
      ['stt', 'STT_TIMEOUT'],
      ['operator', 'PROVIDER_LIMIT'],
      ['tts', 'TTS_EMPTY'],
    ] as const) {
      const lines: { level: string; fields: object; message: string }[] = [];
      const at = (level: string) => (fields: object, message: string) =>
        void lines.push({ level, fields, message });
      const event: CallEvent = {
        type: 'provider.failed',
        callId,
        seq: 7,
        at: '2026-01-01T00:00:00.000Z',
        stage,
        code,
        message: 'the server said: +79990000001',
      };
      logEvent({ info: at('info'), warn: at('warn'), error: at('error') }, event);
      // What a provider said may hold people's words: under `pii.` alone.
      expect(lines).toEqual([
        {
          level: 'error',
          fields: { callId, stage, code, 'pii.message': event.message },
          message: 'provider failed',
        },
      ]);
    }
  });
});
