import type { AriChannel, AriEvent } from './ari.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads one event as Asterisk sends it (ARI «Event» models). Undefined for what is not JSON, for types that we do not
 * use or do not know (newer Asterisks have more), and for events whose parts are missing. Never throws.
 */
export function readAriEvent(text: string): AriEvent | undefined {
  const event = parse(text);
  if (event === undefined) return undefined;
  const type = event['type'];
  if (type === 'ChannelUserevent') {
    const { eventname: name, ...fields } = asJson(event['userevent']) ?? {};
    return typeof name === 'string' ? { type: 'UserEvent', name, fields } : undefined;
  }
  const channel = readChannel(type === 'Dial' ? event['peer'] : event['channel']);
  if (channel === undefined) return undefined;
  switch (type) {
    case 'StasisStart': {
      const args = Array.isArray(event['args']) ? event['args'].map(String) : [];
      return { type, channel, args };
    }
    case 'StasisEnd':
    case 'ChannelStateChange':
      return { type, channel };
    case 'ChannelDtmfReceived':
      return { type, channel, digit: textOf(event['digit']) };
    case 'Dial':
      return { type, channel, dialstatus: textOf(event['dialstatus']) };
    case 'ChannelDestroyed': {
      const techCause = event['tech_cause'];
      return {
        type,
        channel,
        cause: typeof event['cause'] === 'number' ? event['cause'] : 0,
        ...(typeof techCause === 'number' && techCause > 0 ? { techCause } : {}),
      };
    }
    default:
      return undefined;
  }
}

/** Reads a channel as it stands in events and answers; undefined when it has no id. */
export function readChannel(value: unknown): AriChannel | undefined {
  const channel = asJson(value);
  const id = channel?.['id'];
  if (channel === undefined || typeof id !== 'string') return undefined;
  return {
    id,
    state: textOf(channel['state']),
    callerNumber: textOf(asJson(channel['caller'])?.['number']),
  };
}

function parse(text: string): Json | undefined {
  try {
    return asJson(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function asJson(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
