import type { ProviderDoor } from '../../contract/provider.ts';
import type { ProviderConfig } from '../../contract/provider-config.ts';
import type { Telephony } from '../../ports/telephony.ts';
import type { AskDeps } from './ask-provider.ts';
import { CallBook } from './call-book.ts';
import { chooseMapping } from './mappings/choose-mapping.ts';
import { ProviderLine } from './provider-line.ts';
import type { ProviderOffice } from './provider-office.ts';
import { headerOf, isGenuine } from './signature.ts';
import type { BridgeDeps } from './sound-bridge.ts';

export interface ProviderDeps extends AskDeps, BridgeDeps {
  readonly onTrouble: (what: string) => void;
}

export interface ProviderTelephony {
  readonly telephony: Telephony;
  readonly door: ProviderDoor;
}

/**
 * V4: calls through the customer's own provider, or through the gateway that he put before it. We ask him to call over
 * HTTP; what becomes of it he tells at the door, and there he brings the sound. Everything that is his own way of
 * speaking is in mappings/; for the engine it is a telephony like any other.
 */
export function createProvider(deps: ProviderDeps, config: ProviderConfig): ProviderTelephony {
  const mapping = chooseMapping(config);
  const book = new CallBook();
  let closed = false;
  const { hangupUrl, apiKey, publicUrl, eventSecret } = config;
  const office: ProviderOffice = {
    ...deps,
    mapping,
    publicUrl,
    ...(hangupUrl !== undefined && {
      hangup: (callId) => ({
        url: hangupUrl,
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ call_id: callId }),
      }),
    }),
  };

  const telephony: Telephony = {
    name: 'provider',
    simulated: false,
    dial: (request, onEvent, signal) => {
      const line = new ProviderLine(office, request, onEvent);
      book.enter(line);
      void line.gone.then(() => book.leave(line));
      if (closed) line.refuse({ outcome: 'error', reason: 'телефония выключена' });
      else if (signal.aborted) line.hangup();
      else {
        signal.addEventListener('abort', () => line.hangup(), { once: true });
        line.start();
      }
      return line;
    },
    state: () => ({ kind: 'ready' }),
    onIncoming: () => undefined,
    close: async () => {
      closed = true;
      const living = book.living();
      for (const line of living) line.hangup();
      await Promise.all(living.map((line) => line.gone));
    },
  };

  const door: ProviderDoor = {
    callback: (callback) => {
      const reading = mapping.read(callback, deps.clock.wallTime().getTime());
      if (reading.kind !== 'event') return reading;
      const { call, event, reason } = reading;
      const line = book.find(call);
      if (line === undefined) return { kind: 'unknown' };
      if (line === 'over')
        return { kind: 'heard', callId: call.callId ?? '', event, news: false, over: true };
      line.isCalled(call.providerCallId);
      const news = line.hear(event, reason);
      return { kind: 'heard', callId: line.callId, event, news, over: line.isOver() };
    },
    probe: (query) => mapping.probe(query),
    admit: (callId, token) => {
      const line = book.byId(callId);
      if (line === undefined || line === 'over') return line ?? 'unknown';
      return line.admit(token);
    },
    posted: async (callId, callback) => {
      const wallMs = deps.clock.wallTime().getTime();
      if (!isGenuine(callback, eventSecret, wallMs, callId)) return { kind: 'forged' };
      const line = book.byId(callId);
      if (line === undefined || line === 'over') return { kind: line ?? 'unknown' };
      return line.posted(callback.body, headerOf(callback, 'content-type') ?? '');
    },
    reply: async (callId, reply, token, signal) => {
      const line = book.byId(callId);
      return line === undefined || line === 'over' ? { kind: 'unknown' } : line.reply(reply, token, signal);
    },
  };
  return { telephony, door };
}
