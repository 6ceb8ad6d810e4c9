/** An answer of the fake OpenAI server before it is sent, in the pieces that it is sent in. */
export interface Reply {
  readonly contentType: string;
  readonly pieces: readonly Buffer[];
}

const SPEECH_RATE_HZ = 24_000;

/** `json` and `verbose_json` of /v1/audio/transcriptions. */
export function answerTranscription(
  words: string | Readonly<Record<string, unknown>>,
  body: Readonly<Record<string, unknown>>,
): Reply {
  const given = typeof words === 'string' ? { text: words } : words;
  const verbose = {
    task: 'transcribe',
    language: 'russian',
    duration: 1,
    segments: [
      { id: 0, avg_logprob: -0.2, no_speech_prob: 0.01, compression_ratio: 1.1, text: given['text'] },
    ],
  };
  const answer =
    body['response_format'] === 'verbose_json' ? { ...verbose, ...given } : { text: given['text'] };
  return { contentType: 'application/json', pieces: [Buffer.from(JSON.stringify(answer))] };
}

/** A completion, whole or as server-sent events. */
export function answerChat(
  words: string | readonly string[],
  body: Readonly<Record<string, unknown>>,
): Reply {
  const pieces = typeof words === 'string' ? [words] : words;
  const base = { id: 'chatcmpl-fake', created: 0, model: body['model'] };
  if (body['stream'] !== true) {
    const message = { role: 'assistant', content: pieces.join(''), refusal: null };
    const completion = {
      ...base,
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: 'stop' }],
    };
    return { contentType: 'application/json', pieces: [Buffer.from(JSON.stringify(completion))] };
  }
  const chunk = (delta: object, finish_reason: string | null) =>
    Buffer.from(
      `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] })}\n\n`,
    );
  return {
    contentType: 'text/event-stream',
    pieces: [
      chunk({ role: 'assistant', content: '' }, null),
      ...pieces.map((content) => chunk({ content }, null)),
      chunk({}, 'stop'),
      Buffer.from('data: [DONE]\n\n'),
    ],
  };
}

/** A 440 Hz tone as raw PCM (24 kHz, 16 bits, little-endian), cut into chunks of any size. */
export function answerSpeech(seconds: number, chunkBytes: number): Reply {
  const sound = tone(Math.round(seconds * SPEECH_RATE_HZ));
  const pieces: Buffer[] = [];
  for (let at = 0; at < sound.length; at += chunkBytes) pieces.push(sound.subarray(at, at + chunkBytes));
  return { contentType: 'application/octet-stream', pieces };
}

/** The longest that was asked for: the shorter ones are its beginning. */
let longest = Buffer.alloc(0);

/** To be read only. */
function tone(samples: number): Buffer {
  if (longest.length < samples * 2) {
    longest = Buffer.alloc(samples * 2);
    for (let i = 0; i < samples; i++)
      longest.writeInt16LE(Math.round(8_000 * Math.sin((2 * Math.PI * 440 * i) / SPEECH_RATE_HZ)), i * 2);
  }
  return longest.subarray(0, samples * 2);
}
