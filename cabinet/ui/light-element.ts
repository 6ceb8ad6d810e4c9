import { LitElement } from 'lit';

/**
 * A Lit element that renders into the page itself: labels, ids and focus work across elements, and the page's style
 * sheets reach it. Screens are made of it; `halo-modal` alone has a shadow root.
 */
export class LightElement extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this;
  }
}
