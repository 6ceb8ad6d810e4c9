import { aLawDecode, muLawEncode } from '../../media/g711.ts';
import { loadResampler, Resampler } from '../../media/resampler.ts';
import { parseWav } from '../../media/wav.ts';

const RATE_HZ = 8000;
/** A turn; the queue to the media path holds it whole. */
const MAX_SECONDS = 60;

/**
 * A posted piece of sound as μ-law at 8 kHz. WAV is known by its first bytes whatever its type says (any rate, PCM,
 * float, μ-law, A-law); raw bytes are μ-law (`audio/basic`, `audio/PCMU`), or A-law where `contentType` says
 * `audio/PCMA` (RFC 3551). Throws an error that says what is wrong.
 */
export async function readPostedSound(body: Uint8Array, contentType: string): Promise<Uint8Array> {
  if (body.length === 0) return body;
  if (Buffer.from(body.subarray(0, 4)).toString('latin1') === 'RIFF') return fromWav(body);
  if (body.length > MAX_SECONDS * RATE_HZ)
    throw new Error(`more than ${MAX_SECONDS} s of sound in one piece`);
  if (/^audio\/(wav|x-wav|wave|vnd\.wave)/i.test(contentType)) throw new Error('this is not a WAV file');
  if (/^audio\/(pcma|x-alaw)/i.test(contentType)) return muLawEncode(aLawDecode(body));
  if (contentType === '' || /^(audio\/(basic|pcmu|x-mulaw)|application\/octet-stream)/i.test(contentType))
    return body;
  throw new Error(`${contentType.slice(0, 60)} cannot be read: post WAV or raw μ-law at 8 kHz (audio/basic)`);
}

async function fromWav(body: Uint8Array): Promise<Uint8Array> {
  const { rateHz, samples } = parseWav(body, { maxSeconds: MAX_SECONDS });
  const [first = new Int16Array(), ...others] = samples;
  const mono = others.length === 0 ? first : first.map((sample, at) => (sample + others[0]![at]!) / 2);
  if (rateHz === RATE_HZ) return muLawEncode(mono);
  await loadResampler();
  const resampler = new Resampler({ fromHz: rateHz, toHz: RATE_HZ });
  try {
    return Buffer.concat([resampler.push(mono), resampler.flush()].map((part) => muLawEncode(part)));
  } finally {
    resampler.free();
  }
}
