import type { CallId } from '../../../contract/ids.ts';
import type { BrowserPhones } from '../../../ports/browser-phone.ts';
import type { Ari } from '../ari.ts';
import { ownerOfPhone } from '../office.ts';
import { BrowserPhone, removePhone, type BrowserPhoneDeps } from './browser-phone.ts';

/** The telephones of one engine's visitors at the edge. */
export class AsteriskBrowserPhones implements BrowserPhones {
  readonly #deps: BrowserPhoneDeps;
  readonly #phones = new Map<CallId, BrowserPhone>();

  constructor(deps: BrowserPhoneDeps) {
    this.#deps = deps;
  }

  async make(callId: CallId): Promise<BrowserPhone> {
    const phone = await BrowserPhone.make(this.#deps);
    this.#phones.set(callId, phone);
    void phone.gone.then(() => this.#phones.delete(callId));
    return phone;
  }

  has(callId: CallId): boolean {
    return this.#phones.get(callId)?.isFree === true;
  }

  /** The phone of a call that begins now; undefined when it has gone. */
  take(callId: CallId): BrowserPhone | undefined {
    const phone = this.#phones.get(callId);
    return phone?.isFree === true ? phone : undefined;
  }

  /** Removes those of HALO processes that died. Rejects with AriError. */
  async sweep(ari: Ari, isAlive: (application: string) => Promise<boolean>): Promise<void> {
    const { application } = this.#deps.office;
    await Promise.all(
      (await ari.endpoints()).map(async (name) => {
        const owner = ownerOfPhone(name);
        if (owner === undefined || owner === application || (await isAlive(owner))) return;
        await removePhone(ari, name);
      }),
    );
  }

  async removeAll(): Promise<void> {
    await Promise.all([...this.#phones.values()].map((phone) => phone.remove()));
  }
}
