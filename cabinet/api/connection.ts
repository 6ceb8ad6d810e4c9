/** Whether the server answers, as the last requests have it. Any answer counts, a refusal too. */
export class Connection extends EventTarget {
  #lost = false;

  get lost(): boolean {
    return this.#lost;
  }

  /** Says `change` when it has. */
  report(answered: boolean): void {
    if (this.#lost === !answered) return;
    this.#lost = !answered;
    this.dispatchEvent(new Event('change'));
  }
}

export const connection = new Connection();
