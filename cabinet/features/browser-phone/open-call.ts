import type { BrowserPhoneAnswer } from '../../../api/schemas/demo.ts';
import type { PageCall } from './page-call.ts';
import { SocketCall } from './socket-call.ts';

/** SIP and WebRTC are loaded where they are needed only: JsSIP is larger than all the rest of the phone. */
export async function openCall(phone: BrowserPhoneAnswer, microphone: MediaStream): Promise<PageCall> {
  if (phone.kind === 'socket') return new SocketCall(phone.url, microphone);
  const { SipCall } = await import('./sip-call.ts');
  return new SipCall(phone, microphone);
}
