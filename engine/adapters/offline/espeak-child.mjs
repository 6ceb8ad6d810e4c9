// A process of its own around espeak-ng (GPL-3.0, compiled to wasm), started by espeak-process.ts and talked to only
// through its pipes. Plain JavaScript: it runs under any node, whatever runs the parent.
//
// stdin:  one JSON object a line: {op: 'speak', id, text, voice, rateWpm, pitch, range, volume} or {op: 'cancel', id}.
// stdout: frames of u32le payload length, u8 kind, u32le request id, payload (see espeak-frames.ts).
// It ends when stdin ends: a parent killed with SIGKILL leaves no orphan.
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

const READY = 0;
const AUDIO = 1;
const END = 2;
const ERROR = 3;

/** Requests in work, oldest first: id -> {order, pieces}. They take turns, a sentence each. */
const jobs = new Map();
/** True while `work` is due; also until the voice is loaded. */
let working = true;
let voiceAtWork = '';

// Heard from the start: requests may come before the voice is loaded.
createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line);
  if (message.op === 'cancel') jobs.delete(message.id);
  if (message.op !== 'speak') return;
  jobs.set(message.id, { order: message, pieces: sentences(message.text) });
  if (working) return;
  working = true;
  setImmediate(work);
});
process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
process.stdout.on('error', () => process.exit(0));

const espeak = await load();
send(READY, 0, Buffer.from(JSON.stringify({ rateHz: espeak.get_samplerate() })));
work();

/** Speaks one sentence of the request whose turn it is, then lets new messages in: a synthesis cannot be interrupted. */
function work() {
  const next = jobs.entries().next();
  if (next.done) {
    working = false;
    return;
  }
  const [id, job] = next.value;
  jobs.delete(id);
  try {
    const piece = job.pieces.shift();
    if (piece !== undefined) speak(id, job.order, piece);
    if (job.pieces.length > 0) jobs.set(id, job);
    else send(END, id);
  } catch (error) {
    send(ERROR, id, Buffer.from(String(error)));
  }
  setImmediate(work);
}

function speak(id, order, text) {
  if (voiceAtWork !== order.voice) espeak.set_voice(order.voice, '', 0, 0, 0);
  voiceAtWork = order.voice;
  espeak.set_rate(order.rateWpm);
  espeak.set_pitch(order.pitch);
  espeak.set_range(order.range);
  espeak.set_volume(order.volume);
  espeak.synthesize(text, (samples) => {
    if (samples.length > 0)
      send(AUDIO, id, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
    return false;
  });
}

/** Cuts where the voice would stop for breath anyway. */
function sentences(text) {
  return text
    .split(/(?<=[.!?…؟])\s+(?=["«(]?[\p{Lu}\p{Lo}\p{N}])/u)
    .filter((piece) => /[\p{L}\p{N}]/u.test(piece));
}

function send(kind, id, payload = Buffer.alloc(0)) {
  const head = Buffer.alloc(9);
  head.writeUInt32LE(payload.length, 0);
  head.writeUInt8(kind, 4);
  head.writeUInt32LE(id, 5);
  process.stdout.write(Buffer.concat([head, payload]));
}

async function load() {
  const script = import.meta.resolve('@echogarden/espeak-ng-emscripten');
  const { default: create } = await import(script);
  // Read here: the package's own loader breaks on folders whose names need escaping in a URL.
  const data = await readFile(new URL('espeak-ng.data', script));
  const bytes = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  const module = await create({
    getPreloadedPackage: () => bytes,
    // stdout carries frames only.
    print: (line) => process.stderr.write(`${line}\n`),
    printErr: (line) => process.stderr.write(`${line}\n`),
  });
  return new module.eSpeakNGWorker();
}
