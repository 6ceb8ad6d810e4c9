import { msg } from '@lit/localize';
import { api } from '../../api/client.ts';
import type { About, DemoOrder } from '../../api/types.ts';
import type { IconName } from '../../ui/icon.ts';

/**
 * A way to start a demo: a button under the form. The order is the form's, checked. To add one, add it to START_WAYS;
 * `demo-started` tells the app which way it was.
 */
export interface StartWay {
  readonly id: string;
  readonly icon: IconName;
  readonly label: () => string;
  /** On the button while `start` is under way. */
  readonly busyLabel: () => string;
  /** Undefined until the server has said what it can. */
  readonly isOffered: (about: About | undefined) => boolean;
  /** Resolves with the session's id; throws ApiError. */
  readonly start: (order: DemoOrder) => Promise<string>;
}

/** What `demo-started` carries. */
export interface DemoStarted {
  readonly sessionId: string;
  readonly way: string;
}

/** In the form's order. The first is what Enter does. */
export const START_WAYS: readonly StartWay[] = [
  {
    id: 'call',
    icon: 'phone',
    label: () => msg('Запустить демо'),
    busyLabel: () => msg('Запускаем…'),
    isOffered: () => true,
    start: async (order) => (await api.startDemo(order)).demo_session_id,
  },
];
