import { updateWhenLocaleChanges } from '@lit/localize';
import { LitElement } from 'lit';

/**
 * A Lit element that renders into the page itself: labels, ids and focus work across elements, and the page's style
 * sheets reach it. Screens are made of it; `halo-modal` alone has a shadow root. It re-renders in another language.
 */
export class LightElement extends LitElement {
  constructor() {
    super();
    updateWhenLocaleChanges(this);
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }
}
