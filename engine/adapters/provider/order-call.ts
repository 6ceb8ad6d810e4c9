import { askProvider, type AskDeps } from './ask-provider.ts';
import type { LineEnd } from './event-fold.ts';
import type { CallbackMapping, DialOrder } from './mappings/mapping.ts';

export type Ordered =
  | { readonly kind: 'taken'; readonly providerCallId: string | undefined }
  /** He may be calling, or not. */
  | { readonly kind: 'unclear'; readonly cause: string }
  | { readonly kind: 'refused'; readonly end: LineEnd };

/** Asks the provider to call: V4's `initiate_call`. Never rejects. */
export async function orderCall(
  deps: AskDeps & { readonly mapping: CallbackMapping },
  order: DialOrder,
  signal: AbortSignal,
): Promise<Ordered> {
  const { mapping } = deps;
  const asked = await askProvider(deps, mapping.dial(order), signal);
  if (asked.kind === 'unclear') return asked;
  if (asked.kind === 'refused') {
    const { reason, cause } = asked;
    return { kind: 'refused', end: { outcome: 'error', reason, cause } };
  }
  try {
    return { kind: 'taken', providerCallId: mapping.dialled(asked.answer) };
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return { kind: 'refused', end: { outcome: 'error', reason: 'провайдер отклонил запрос звонка', cause } };
  }
}
