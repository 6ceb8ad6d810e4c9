import { ProviderError } from '../../contract/errors.ts';
import type { CallAnalysis, Operator } from '../../ports/operator.ts';
import type { Ask, OpenAiClient } from './client.ts';
import { httpFactsOf, nonsenseError } from './errors.ts';
import {
  ANALYSIS_SCHEMA,
  analysisMessages,
  type ChatMessage,
  clientSaidNothing,
  followUpMessages,
  replyMessages,
} from './messages.ts';

/** V7. */
const TEMPERATURE = 0.7;
const MAX_REPLY_TOKENS = 180;
const MAX_ANALYSIS_TOKENS = 400;
const MAX_FOLLOW_UP_TOKENS = 250;
const MAX_FOLLOW_UP_CHARS = 700;

export interface OperatorModels {
  readonly chat: string;
  /** Asked when the others are late or fail. */
  readonly fallback?: string | undefined;
  readonly analysis: string;
}

/** The operator's mind by `/v1/chat/completions`. */
export function createOpenAiOperator(client: OpenAiClient, models: OperatorModels): Operator {
  const { replyFirstMs, replyIdleMs, afterCallMs } = client.timeouts;

  const withFallback = (model: string) =>
    models.fallback === undefined || models.fallback === model ? [model] : [model, models.fallback];

  const complete = (messages: ChatMessage[], maxTokens: number, json: JsonMode, signal: AbortSignal) => {
    const asks = withFallback(models.analysis).map((model): Ask<string> => async (sdk, linked) => {
      const completion = await sdk.chat.completions.create(
        { model, messages, ...sampling(model, maxTokens), ...responseFormat(json) },
        { signal: linked },
      );
      // A server that is compatible by name only may answer anything.
      const answer = (completion as Partial<typeof completion> | string | undefined | null) ?? '';
      if (typeof answer === 'string') throw nonsenseError('OPERATOR', 'no JSON');
      const content: unknown = answer.choices?.[0]?.message.content;
      return typeof content === 'string' ? content.trim() : '';
    });
    return client.once('OPERATOR', afterCallMs, signal, ...asks);
  };

  return {
    name: `openai:${models.chat}`,

    async *reply(request, signal) {
      signal.throwIfAborted();
      const limits = { firstMs: replyFirstMs, idleMs: replyIdleMs };
      const messages = replyMessages(request);
      const asks = withFallback(models.chat).map(
        (model): Ask<AsyncIterable<string>> =>
          async (sdk, linked) => {
            const stream = await sdk.chat.completions.create(
              { model, messages, stream: true, ...sampling(model, MAX_REPLY_TOKENS) },
              { signal: linked },
            );
            return words(stream);
          },
      );
      yield* client.stream('OPERATOR', limits, signal, ...asks);
    },

    async analyse(request, signal) {
      signal.throwIfAborted();
      if (clientSaidNothing(request.transcript)) return NOTHING_SAID;
      const ask = async (messages: ChatMessage[]) => {
        try {
          return await complete(messages, MAX_ANALYSIS_TOKENS, 'schema', signal);
        } catch (error) {
          // Servers that know no json_schema refuse it: ask for plain JSON.
          if (!isRefusal(error)) throw error;
          return complete(messages, MAX_ANALYSIS_TOKENS, 'object', signal);
        }
      };
      const messages = analysisMessages(request);
      const first = await ask(messages);
      const analysis =
        parseAnalysis(first) ??
        parseAnalysis(
          await ask([
            ...messages,
            { role: 'assistant', content: first === '' ? '(nothing)' : first.slice(0, 1_000) },
            { role: 'user', content: 'That was not the JSON object asked for. Answer with it alone.' },
          ]),
        );
      if (analysis !== undefined) return analysis;
      throw new ProviderError(
        'OPERATOR_FAILED',
        'the model’s judgement was not the JSON it was asked for, twice: choose another model',
        { retryable: true },
      );
    },

    async followUp(request, signal) {
      signal.throwIfAborted();
      const text = await complete(followUpMessages(request), MAX_FOLLOW_UP_TOKENS, 'none', signal);
      if (text === '') {
        throw new ProviderError('OPERATOR_FAILED', 'the model wrote no follow-up message', {
          retryable: true,
        });
      }
      return text.slice(0, MAX_FOLLOW_UP_CHARS).toWellFormed();
    },
  };
}

type JsonMode = 'schema' | 'object' | 'none';

const NOTHING_SAID: CallAnalysis = {
  finalDisposition: 'neutral',
  shortSummary: 'Клиент ответил на звонок, но слов его разобрать не удалось.',
  interest: 'не выяснен',
};

interface Delta {
  readonly choices?: readonly { readonly delta?: { readonly content?: string | null } }[];
}

/** The words of a streamed completion. A stream without any is a failure, not an answer. */
async function* words(stream: AsyncIterable<Delta>): AsyncGenerator<string> {
  let any = false;
  for await (const chunk of stream) {
    const piece = chunk.choices?.[0]?.delta?.content ?? '';
    if (piece === '') continue;
    any = true;
    yield piece;
  }
  if (!any) throw new ProviderError('OPERATOR_FAILED', 'the model answered nothing', { retryable: true });
}

/** Reasoning models take `max_completion_tokens` and no temperature. */
function sampling(model: string, maxTokens: number) {
  return /^(?:o\d|gpt-5)/.test(model)
    ? { max_completion_tokens: maxTokens }
    : { temperature: TEMPERATURE, max_tokens: maxTokens };
}

function responseFormat(json: JsonMode) {
  switch (json) {
    case 'schema':
      return {
        response_format: {
          type: 'json_schema' as const,
          json_schema: { name: 'call_analysis', strict: true, schema: ANALYSIS_SCHEMA },
        },
      };
    case 'object':
      return { response_format: { type: 'json_object' as const } };
    case 'none':
      return {};
  }
}

function isRefusal(error: unknown): boolean {
  return [400, 404, 415, 422].includes(httpFactsOf(error)?.status ?? 0);
}

const DISPOSITIONS = ['interested', 'not_interested', 'call_later', 'neutral'] as const;

/** The model's JSON, or undefined where it is not what was asked for. */
function parseAnalysis(answer: string): CallAnalysis | undefined {
  const body = /\{[\s\S]*\}/.exec(answer)?.[0];
  if (body === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  const fields = value as Record<string, unknown>;
  const finalDisposition = DISPOSITIONS.find((known) => known === fields['final_disposition']);
  const shortSummary = trimmed(fields['short_summary']);
  if (finalDisposition === undefined || shortSummary === undefined) return undefined;
  return { finalDisposition, shortSummary, interest: trimmed(fields['interest']) ?? 'не выяснен' };
}

function trimmed(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== ''
    ? value.trim().slice(0, 500).toWellFormed()
    : undefined;
}
