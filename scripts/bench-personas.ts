import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PERSONAS, type LineFaults, type PersonaName } from '../engine/contract/call-plan.ts';
import type { CallView } from '../engine/contract/fold-call.ts';
import type { CallLanguage } from '../engine/contract/languages.ts';
import { PERSONA_DISPOSITION } from '../engine/far-end/personas.ts';
import { CallLab } from '../engine/testing/call-lab.ts';
import { openOfflineParts } from '../engine/testing/call-lab-offline.ts';
import { callFacts, partLines, type CallFacts } from '../engine/testing/call-lab-facts.ts';

const HELP = `npx tsx scripts/bench-personas.ts [--runs 20] [--faults] [--noise] [--persona NAME] [--language auto|ru|en] [--verbose]

Every bundled caller, again and again from other numbers (the number sets his pace), in the lab: real UDP, virtual time.
--faults: 5 % of the caller's packets are lost and the others up to 40 ms late; --noise: and 15 dB of noise
--keep DIR: writes the recordings of the calls that went wrong`;

/** Calls that share a lab, and so the loopback. */
const AT_ONCE = 4;
const LONGEST_GAP_MS = 2_000;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20' },
    faults: { type: 'boolean', default: false },
    noise: { type: 'boolean', default: false },
    persona: { type: 'string' },
    language: { type: 'string' },
    keep: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

interface Held {
  readonly persona: PersonaName;
  readonly language: CallLanguage;
  readonly view: CallView;
  readonly facts: CallFacts;
  readonly disposition: string;
  readonly wrong: readonly string[];
}

const runs = Number(values.runs);
const languages: readonly CallLanguage[] =
  values.language === undefined ? ['auto', 'en'] : [values.language as CallLanguage];
const personas = PERSONAS.filter((persona) => values.persona === undefined || values.persona === persona);
const speech = await openOfflineParts();
const { lines } = speech;

const held: Held[] = [];
for (const language of languages)
  for (const persona of personas) held.push(...(await bench(persona, language)));
await speech.close();
report(held);
process.exitCode = held.some(({ wrong }) => wrong.length > 0) ? 1 : 0;

async function bench(persona: PersonaName, language: CallLanguage): Promise<readonly Held[]> {
  const results: Held[] = [];
  for (let run = 0; run < runs; run += AT_ONCE) {
    const lab = await CallLab.open(speech);
    const orders = Array.from({ length: Math.min(AT_ONCE, runs - run) }, (_, at) => ({
      phone: `+7901${String(1_000_000 + (run + at) * 12_347).padStart(7, '0')}`,
      language,
      farEnd: { persona, faults: faults(run + at + 1) },
    }));
    for (const [at, view] of (await lab.calls(orders)).entries()) {
      const wav = view.recording === null ? undefined : lab.recordings.file(view.recording);
      const one = await judge(persona, language, view, callFacts(view, lab.journal.events(view.callId), wav));
      results.push(one);
      if (values.verbose || one.wrong.length > 0) show(one, orders[at]!.phone, run + at + 1);
      if (values.keep !== undefined && one.wrong.length > 0 && wav !== undefined) {
        await writeFile(join(values.keep, `${persona}-${language}-${run + at + 1}.wav`), wav);
      }
    }
    for (const trouble of lab.troubles) console.log(`  trouble: ${trouble}`);
  }
  return results;
}

function faults(seed: number): LineFaults {
  return {
    seed,
    ...(values.faults || values.noise ? { loss: 0.05, jitterMs: 40 } : {}),
    ...(values.noise ? { noiseSnrDb: 15 } : {}),
  };
}

async function judge(
  persona: PersonaName,
  language: CallLanguage,
  view: CallView,
  facts: CallFacts,
): Promise<Held> {
  const request = { prompt: '', language: view.spokenLanguage, transcript: view.transcript };
  const disposition = (await speech.operator.analyse(request, new AbortController().signal)).finalDisposition;
  const wrong = [
    ...(view.status === 'completed' ? [] : [`status ${view.status}`]),
    ...(disposition === PERSONA_DISPOSITION[persona] ? [] : [`disposition ${disposition}`]),
    ...facts.gapsMs.filter((gap) => gap > LONGEST_GAP_MS).map((gap) => `gap ${gap} ms`),
  ];
  return { persona, language, view, facts, disposition, wrong };
}

function show(
  { persona, language, view, facts, disposition, wrong }: Held,
  phone: string,
  run: number,
): void {
  console.log(
    `\n${persona} ${language} run ${run} ${phone}: ${view.status}, ${disposition}, ${view.reason}, ${view.durationSec} s ${wrong.length > 0 ? `WRONG ${wrong.join(', ')}` : ''}`,
  );
  for (const line of view.transcript) {
    const at = `${(line.startMs / 1000).toFixed(2)}–${((line.endMs ?? NaN) / 1000).toFixed(2)}`;
    console.log(
      `  ${at.padEnd(14)} ${line.speaker === 'user' ? '<' : '>'} ${line.text}${line.gapMs === null ? '' : ` (${Math.round(line.gapMs)} ms)`}`,
    );
  }
  const replies = facts.replies.map(
    ({ journalMs, measuredMs }) => `${Math.round(journalMs)}/${measuredMs ?? '—'}`,
  );
  console.log(
    `  gaps journal/measured: ${replies.join(' ')}; all measured ${facts.gapsMs.join(' ')}; double talk ${facts.doubleTalkMs} ms`,
  );
}

function report(all: readonly Held[]): void {
  console.log(
    '\n| caller | language | right | gap p50 | p95 | max | journal off by, max | turns | in part | unrecognised | broken off | double talk, ms |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|---|---|---|');
  for (const language of languages) {
    for (const persona of personas)
      row(
        persona,
        language,
        all.filter((one) => one.persona === persona && one.language === language),
      );
  }
  row('all', '', all);
}

function row(name: string, language: string, calls: readonly Held[]): void {
  const gaps = calls.flatMap(({ facts }) => facts.gapsMs).toSorted((a, b) => a - b);
  const at = (share: number) => gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * share))] ?? '—';
  const sum = (count: (one: Held) => number) => calls.reduce((total, one) => total + count(one), 0);
  const cells = [
    name,
    language,
    `${calls.filter(({ wrong }) => wrong.length === 0).length}/${calls.length}`,
    at(0.5),
    at(0.95),
    at(1),
    Math.round(
      Math.max(
        0,
        ...calls.flatMap(({ facts }) =>
          facts.replies.map(({ journalMs, measuredMs }) => Math.abs(journalMs - (measuredMs ?? journalMs))),
        ),
      ),
    ),
    sum(({ facts }) => facts.heard.length + facts.unrecognised),
    sum(({ facts }) => partLines(facts.heard, lines).length),
    sum(({ facts }) => facts.unrecognised),
    sum(({ facts }) => facts.brokenOff),
    Math.max(0, ...calls.map(({ facts }) => facts.doubleTalkMs)),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
