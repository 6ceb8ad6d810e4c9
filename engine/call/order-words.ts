import type { UtterOrder } from './call-context.ts';
import type { MediaOrder, TurnSpan } from './call-events.ts';

/** What the machine asks of one of its actors, in a line that people read and a replay compares. */
export function orderWords(actor: string, order: unknown): string {
  switch (actor) {
    case 'utter':
      return utterWords(order as UtterOrder);
    case 'recognise':
      return ['recognise', ...(order as { spans: readonly TurnSpan[] }).spans.map(({ turn }) => turn)].join(
        ' ',
      );
    case 'media':
      return isOrder(order) ? `media ${mediaWords(order as MediaOrder)}` : 'media';
    default:
      return isOrder(order) ? `${actor} ${order.type}` : actor;
  }
}

function utterWords({ kind, utterance, language, replyTo }: UtterOrder): string {
  return `utter ${kind} ${utterance} ${language}${replyTo === undefined ? '' : ` to turn ${replyTo.turn}`}`;
}

function mediaWords(order: MediaOrder): string {
  if (order.type === 'awaitEnd') return `awaitEnd ${order.turn} ${order.silenceMs}`;
  if (order.type === 'fill') return `fill ${order.nth} ${order.language}`;
  return order.type;
}

function isOrder(order: unknown): order is { readonly type: string } {
  return typeof order === 'object' && order !== null && 'type' in order && typeof order.type === 'string';
}
