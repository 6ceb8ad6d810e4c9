import type { CallId } from '../../../contract/ids.ts';
import type { BrowserPhoneEnd, BrowserPhones } from '../../../ports/browser-phone.ts';
import type { DialRequest, Line, LineEvent, Telephony } from '../../../ports/telephony.ts';
import { PAGE_ENDS } from './page-ends.ts';
import { PagePhone, type PageDeps } from './page-phone.ts';

export interface PagePhones extends BrowserPhones, Pick<Telephony, 'dial' | 'close'> {}

/**
 * Telephones of visitors' pages over V4.3's WebSocket: no network, no trunk, no Asterisk. The page's sound goes
 * through RTP on loopback like a provider's, and the media path knows no difference.
 */
export function createPagePhones(deps: PageDeps): PagePhones {
  const phones = new Map<CallId, PagePhone>();
  let closed = false;
  return {
    make: async (callId: CallId, renew: () => string): Promise<BrowserPhoneEnd> => {
      if (closed) throw new Error('the telephony is closed');
      const phone = new PagePhone(deps, renew);
      phones.set(callId, phone);
      void phone.gone.then(() => phones.delete(callId));
      return phone;
    },
    has: (callId) => phones.get(callId)?.isFree === true,
    dial: (request: DialRequest, tell: (event: LineEvent) => void, signal: AbortSignal): Line => {
      const phone = phones.get(request.callId);
      if (phone?.isFree !== true) {
        queueMicrotask(() => tell({ type: 'ended', ...PAGE_ENDS.noPhone }));
        return { hangup: () => undefined };
      }
      phone.ring(request, tell);
      if (signal.aborted) phone.hangup();
      else signal.addEventListener('abort', () => phone.hangup(), { once: true });
      return phone;
    },
    close: async () => {
      closed = true;
      const living = [...phones.values()];
      for (const phone of living) phone.hangup();
      await Promise.all(living.map((phone) => phone.gone));
    },
  };
}
