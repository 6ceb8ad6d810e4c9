import type { FastifyRequest } from 'fastify';
import { DEFAULT_LANGUAGE, DEFAULT_VOICE, type CallOrderBody } from '../schemas/call.ts';
import type { CallOrder } from '../persistence/store.ts';

/** A hook for `preValidation`: the documents write the codes in both cases (RU, ru). */
export async function lowerCaseCodes(request: FastifyRequest): Promise<void> {
  const { body } = request;
  if (typeof body !== 'object' || body === null) return;
  const fields = body as Record<string, unknown>;
  for (const name of ['language', 'voice']) {
    const value = fields[name];
    if (typeof value === 'string') fields[name] = value.toLowerCase();
  }
}

type OrderBody = Omit<CallOrderBody, 'phone'> & { readonly phone?: string };

/** The checked body as an order: the phone in E.164 (empty where none is given), defaults in place, nothing else of what was sent. */
export function toOrder({ phone = '', ...body }: OrderBody): CallOrder {
  return {
    phone: phone.startsWith('8') ? `+7${phone.slice(1)}` : phone,
    language: body.language ?? DEFAULT_LANGUAGE,
    voice: body.voice ?? DEFAULT_VOICE,
    prompt: body.prompt ?? '',
  };
}
