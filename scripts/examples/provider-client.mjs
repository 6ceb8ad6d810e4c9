// A telephony provider in a page: what an integrator starts from (docs/telephony-provider.md). It «calls» nobody: the
// caller is a list of WAV files (8 kHz, mono, 16 bit), said one after another whenever the assistant falls silent.
//
//   EVENT_SECRET=… PORT=4000 node scripts/examples/provider-client.mjs hello.wav yes.wav bye.wav
//
// HALO: HALO_TELEPHONY=provider TELEPHONY_CONFIG='{"dial_url":"http://127.0.0.1:4000/dial","public_url":"http://127.0.0.1:3000"}'
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import WebSocket from 'ws';

const { EVENT_SECRET = '', PORT = '4000', OUT_DIR = '.' } = process.env;
const lines = process.argv.slice(2).map((file) => toMuLaw(readFileSync(file)));

// HALO asks for a call: {call_id, phone, audio_url, events_url, ring_timeout_sec, language}.
const server = createServer(async (request, response) => {
  const order = JSON.parse(Buffer.concat(await request.toArray()).toString());
  response.writeHead(202, { 'content-type': 'application/json' }).end('{}');
  if (request.url === '/dial') call(order).catch((error) => console.error(error));
});
server.listen(Number(PORT), '127.0.0.1', () => console.log(`listening on ${server.address().port}`));

async function call({ call_id, audio_url, events_url }) {
  const say = (event, reason = null) =>
    fetch(events_url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-telephony-secret': EVENT_SECRET },
      body: JSON.stringify({ call_id, event, timestamp: new Date().toISOString(), reason }),
    });
  await say('ringing'); // Here the person's telephone rings, and he picks up.
  const socket = new WebSocket(audio_url);
  const closed = new Promise((resolve) => socket.once('close', resolve).once('error', resolve));
  socket.once('open', () => say('answered'));

  const heard = [];
  const queue = [...lines];
  let [line, at, spokenMs, quietMs, sent] = [undefined, 0, 0, 0, 0];
  socket.on('message', (data, isBinary) => {
    if (!isBinary) return JSON.parse(data).type === 'hangup' && socket.close(1000);
    heard.push(data); // 160 bytes of μ-law, every 20 ms.
    if (loudness(data) > 500) [spokenMs, quietMs] = [spokenMs + 20, 0];
    else quietMs += 20;
    if (line === undefined && spokenMs > 300 && quietMs > 1000) [line, at, spokenMs] = [queue.shift(), 0, 0];
  });
  const started = performance.now();
  const timer = setInterval(() => {
    for (; sent < (performance.now() - started) / 20; sent++) {
      const frame = Buffer.alloc(160, 0xff); // Silence.
      line?.copy(frame, 0, at, at + 160);
      if (socket.readyState === WebSocket.OPEN) socket.send(frame);
      if (line !== undefined && (at += 160) >= line.length) line = undefined;
    }
  }, 20);
  await closed;
  clearInterval(timer);
  await say('hangup');
  writeFileSync(`${OUT_DIR}/${call_id}.ulaw`, Buffer.concat(heard));
  console.log(`call ${call_id} is over`);
}

function loudness(muLaw) {
  const samples = [...muLaw].map((byte) => ((((~byte & 15) << 3) + 132) << ((~byte >> 4) & 7)) - 132);
  return samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
}

function toMuLaw(wav) {
  const pcm = wav.subarray(wav.indexOf('data') + 8);
  return Buffer.from(Array.from({ length: pcm.length >> 1 }, (_, i) => compress(pcm.readInt16LE(i * 2))));
}

// ITU-T G.711.
function compress(sample) {
  const biased = Math.min(Math.abs(sample), 32635) + 132;
  const segment = 24 - Math.clz32(biased);
  return ~((sample < 0 ? 128 : 0) | (segment << 4) | ((biased >> (segment + 3)) & 15)) & 255;
}
