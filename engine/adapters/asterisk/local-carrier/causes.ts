import type { Refusal } from '../../../far-end/personas.ts';

/**
 * The Q.850 cause that makes Asterisk answer an INVITE so when its channel is hung up before it was answered
 * (`DELETE /channels/{id}?reason_code=`). Measured on 22.10.1, the same before and after 180; any cause that is not in
 * its table gives 603.
 */
export const CAUSE_OF_SIP: Readonly<Record<Refusal | 480, number>> = {
  403: 21,
  404: 1,
  480: 19,
  486: 17,
  503: 34,
};

/** Q.850 16, «normal call clearing»: ends an answered call with BYE. */
export const NORMAL_CLEARING = 16;
