import { msg } from '@lit/localize';
import type { StateChart } from '../../engine/contract/state-chart.ts';
import { ApiError, errorFromAnswer } from './api-error.ts';

const TIMEOUT_MS = 10_000;

/** The routes of those who watch over calls. The key goes in a header: an address ends in histories and logs. */
export class OpsApi {
  readonly #key: string;

  constructor(key: string) {
    this.#key = key;
  }

  async chart(signal?: AbortSignal): Promise<StateChart> {
    const { chart } = await this.#json<{ chart: StateChart }>('/ops/chart', signal);
    return chart;
  }

  async hangUp(callId: string): Promise<void> {
    await this.#json(`/ops/calls/${encodeURIComponent(callId)}/hangup`, undefined, 'POST');
  }

  /** A stream that was let in. Throws ApiError; 401: the key is wrong. */
  async open(
    path: string,
    signal: AbortSignal,
    accept = 'text/event-stream',
  ): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#fetch(path, { headers: this.#headers(accept), signal });
    if (!response.ok || response.body === null)
      throw errorFromAnswer(response.status, parse(await response.text()));
    return response.body;
  }

  /** The call's recording, WAV. Throws ApiError. */
  async recording(callId: string): Promise<ArrayBuffer> {
    const response = await this.#fetch(`/recordings/${encodeURIComponent(callId)}`, {
      headers: this.#headers('audio/wav'),
    });
    if (!response.ok) throw errorFromAnswer(response.status, parse(await response.text()));
    return await response.arrayBuffer();
  }

  async #json<T>(path: string, signal?: AbortSignal, method = 'GET'): Promise<T> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const response = await this.#fetch(path, {
      method,
      headers: this.#headers('application/json'),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    const body = parse(await response.text());
    if (!response.ok) throw errorFromAnswer(response.status, body);
    return body as T;
  }

  #headers(accept: string): Record<string, string> {
    return { accept, 'x-api-key': this.#key };
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(path, { ...init, cache: 'no-store' });
    } catch (cause) {
      throw new ApiError('network', msg('Нет связи с сервером. Проверьте сеть.'), { cause });
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
