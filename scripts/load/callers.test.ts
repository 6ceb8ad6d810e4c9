import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PHONE_PATTERN } from '../../api/schemas/call.ts';
import { readAudioFile } from '../../engine/far-end/audio-file.ts';
import { ScenarioError } from '../scenarios/read.ts';
import { readyCallers, type ReadyCaller } from './callers.ts';
import type { MixCaller } from './mix-schema.ts';

/** Scenarios are named beside it; it is not read itself. */
const MIX = resolve('seeds/load/personas.yaml');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'halo-callers-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function ready(who: Partial<MixCaller>): Promise<ReadyCaller> {
  const expected = { status: 'completed', disposition: 'neutral' } as const;
  const callers = [{ name: 'кто-то', weight: 1, expect: expected, ...who }];
  const [caller] = await readyCallers({ title: 'Проба', callers }, MIX, folder);
  if (caller === undefined) throw new Error('nobody is ready');
  return caller;
}

describe('A caller of a load', () => {
  it('is chosen by his number where it can be, each time another one', async () => {
    const { order } = await ready({ persona: 'call_later', language: 'en' });
    const orders = [0, 1, 2, 99_999].map(order);
    for (const one of orders) {
      expect(one).toMatchObject({ language: 'en', phone: expect.stringMatching(/0003$/) as string });
      expect(one.phone).toMatch(new RegExp(PHONE_PATTERN));
      expect(one).not.toHaveProperty('farEnd');
    }
    expect(new Set(orders.map(({ phone }) => phone)).size).toBe(orders.length);
    expect((await ready({ line: 'busy' })).order(7).phone).toBe('+79000070486');
  });

  it('does the steps of his scenario, with sounds that the line can read', async () => {
    const { order } = await ready({ scenario: '../scenarios/barge-in-cough.yaml' });
    const [cough] = order(0).farEnd?.steps ?? [];
    if (cough?.do !== 'say') throw new Error('he does not cough');
    expect(cough.when).toEqual({ on: 'over', ms: 2_000 });
    expect((await readAudioFile(cough.file)).length).toBeGreaterThan(800);
  });

  it('speaks on the bad line of his scenario, bad in another way in each call, and again in the same', async () => {
    const { order } = await ready({ scenario: '../scenarios/line-loss.yaml' });
    expect(order(3).farEnd).toEqual({ persona: 'interested', faults: { loss: 0.05, seed: 4 } });
    expect(order(4).farEnd?.faults?.seed).toBe(5);
  });

  it.each([
    ['../scenarios/v3-busy.yaml', /v3-busy\.yaml: в сценарии не сказано, кто отвечает/],
    ['../scenarios/provider-stt-500.yaml', /provider-stt-500\.yaml: сценарий портит провайдера/],
    ['../scenarios/nobody.yaml', /nobody\.yaml: нет такого файла/],
    ['personas.yaml', /personas\.yaml:\d+: нет поля covers/],
  ])('is not taken from %s', async (scenario, told) => {
    const refused: unknown = await ready({ scenario }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ScenarioError);
    expect((refused as ScenarioError).message).toMatch(told);
  });
});
