import type { AriSource } from './adapters/asterisk/ari-address.ts';
import { createAsterisk, type TrunkRoute } from './adapters/asterisk/asterisk.ts';
import { openLocalCarrier } from './adapters/asterisk/local-carrier/local-carrier.ts';
import { openAsterisks, type AsteriskHouse } from './adapters/asterisk/server/house.ts';
import { houseSettings, mayUseWebRtc } from './adapters/asterisk/server/house-options.ts';
import { LOCAL_CARRIER } from './adapters/asterisk/server/house-plan.ts';
import { findAsterisk, readWhyNot, type AsteriskInstall } from './adapters/asterisk/server/install.ts';
import { createProvider } from './adapters/provider/provider.ts';
import { createSimulator } from './adapters/simulator/simulator.ts';
import type { EngineDescription } from './contract/engine.ts';
import type { ProviderDoor } from './contract/provider.ts';
import type { ProviderConfig } from './contract/provider-config.ts';
import type { TelephonyConfig } from './contract/telephony-config.ts';
import type { SwitchboardDeps } from './far-end/switchboard.ts';
import { isNear } from './near-address.ts';
import type { BrowserPhones } from './ports/browser-phone.ts';
import type { Clock } from './ports/clock.ts';
import type { Telephony } from './ports/telephony.ts';

export interface ComposedTelephony {
  readonly telephony: Telephony;
  /** Where the customer's telephony provider is at work. */
  readonly door?: ProviderDoor;
  /** Phones of visitors' pages over WebRTC, where an Asterisk is at work. */
  readonly webrtc?: { readonly phones: BrowserPhones; readonly reaches: (address: string) => boolean };
  describe(): EngineDescription['telephony'];
  /** Ends every line and stops what was started. */
  close(): Promise<void>;
}

export interface TelephonyDeps extends SwitchboardDeps {
  /** HALO's own; its Asterisks have a folder in it. */
  readonly dataDir: string;
  /** For the log. */
  readonly onTrouble: (what: string, error?: unknown) => void;
  readonly onNews: (what: string) => void;
}

/** Asterisk boots in half a second; a machine that is busy with its first start may take longer. */
const READY_WITHIN_MS = 20_000;
const APART_READY_WITHIN_MS = 3_000;
const LOOK_EVERY_MS = 20;

/**
 * Chooses how calls reach people. Rejects where a real network was asked for and cannot be had: nobody's customers
 * shall be «called» by a simulator unasked.
 */
export async function composeTelephony(
  config: TelephonyConfig,
  deps: TelephonyDeps,
): Promise<ComposedTelephony> {
  if (config.kind === 'simulator') return simulator(deps);
  if (config.provider !== undefined) return provider(config.provider, deps);
  if (config.ari !== undefined) {
    const composed = overAsterisk(config, deps, apart(config, config.ari));
    // Usually it is there; where it is not, calls wait for it and the API says so.
    await untilReady(composed.telephony, deps.clock, APART_READY_WITHIN_MS).catch(() => undefined);
    return composed;
  }
  const mustBeReal = config.kind === 'asterisk' || config.trunks.length > 0;
  try {
    return await ownAsterisk(config, deps);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (mustBeReal) {
      throw new Error(
        `Asterisk не работает: ${why}\nПочините это, задайте свой Asterisk (HALO_ARI_URL) или выберите HALO_TELEPHONY=simulator.`,
        { cause: error },
      );
    }
    deps.onNews(`no Asterisk here, calls are simulated: ${why}`);
    return simulator(deps, why);
  }
}

function simulator(deps: TelephonyDeps, why?: string): ComposedTelephony {
  const telephony = createSimulator(deps);
  const notice = why === undefined ? SIMULATOR_NOTICE : `${SIMULATOR_NOTICE} Asterisk не запущен: ${why}`;
  return {
    telephony,
    describe: () => ({ name: telephony.name, simulated: true, notice }),
    close: () => telephony.close(),
  };
}

function provider(config: ProviderConfig, deps: TelephonyDeps): ComposedTelephony {
  const { telephony, door } = createProvider({ ...deps, fetch }, config);
  const { host } = new URL(config.dialUrl);
  return {
    telephony,
    door,
    describe: () => ({
      name: telephony.name,
      simulated: false,
      notice: `Звонки идут через провайдера телефонии (${host}) и стоят денег.`,
    }),
    close: () => telephony.close(),
  };
}

/** The Asterisks that a call goes through: the edge, and where there is no trunk the local carrier behind it. */
interface Asterisks {
  readonly edge: AriSource;
  readonly carrier?: AriSource;
  readonly strangers?: () => number;
  close(): Promise<void>;
}

function apart({ carrierAriUrl }: TelephonyConfig, ari: NonNullable<TelephonyConfig['ari']>): Asterisks {
  const { user, password } = ari;
  return {
    edge: () => Promise.resolve(ari),
    ...(carrierAriUrl !== undefined && {
      carrier: () => Promise.resolve({ url: carrierAriUrl, user, password }),
    }),
    close: () => Promise.resolve(),
  };
}

async function ownAsterisk(config: TelephonyConfig, deps: TelephonyDeps): Promise<ComposedTelephony> {
  const install = await findAsterisk(config.asteriskDir);
  if (install === undefined) throw new Error((await readWhyNot(config.asteriskDir)) ?? NOT_FETCHED);
  const composed = overAsterisk(config, deps, house(config, deps, install));
  try {
    await untilReady(composed.telephony, deps.clock, READY_WITHIN_MS);
    return composed;
  } catch (error) {
    await composed.close();
    throw error;
  }
}

function house(
  config: TelephonyConfig,
  { dataDir, onNews }: TelephonyDeps,
  install: AsteriskInstall,
): AsteriskHouse {
  return openAsterisks({ ...houseSettings(config, dataDir), install, log: onNews });
}

function overAsterisk(config: TelephonyConfig, deps: TelephonyDeps, asterisks: Asterisks): ComposedTelephony {
  const simulated = config.trunks.length === 0;
  const carrier =
    simulated && asterisks.carrier !== undefined
      ? openLocalCarrier({ ...deps, source: asterisks.carrier })
      : undefined;
  const routes: readonly TrunkRoute[] = simulated
    ? [
        {
          name: LOCAL_CARRIER,
          numberFormat: 'plain',
          ...(carrier !== undefined && { carrierApplication: carrier.application }),
        },
      ]
    : config.trunks.map(({ name, callerId, numberFormat }) => ({
        name,
        numberFormat,
        ...(callerId === undefined ? {} : { callerId }),
      }));
  const telephony = createAsterisk({
    clock: deps.clock,
    source: asterisks.edge,
    trunks: routes,
    simulated,
    inbound: config.inbound === 'answer',
    onTrouble: (message) => deps.onTrouble(message),
  });
  const names = config.trunks.map(({ name }) => name).join(', ');
  const notice = simulated
    ? LOCAL_CARRIER_NOTICE
    : `Звонки идут в телефонную сеть и стоят денег. Транк: ${names}.`;
  return {
    telephony,
    ...(mayUseWebRtc(config) && {
      webrtc: {
        phones: telephony.browserPhones,
        reaches: (address: string) => config.browserPhone === 'webrtc' || isNear(address),
      },
    }),
    describe: () => {
      const state = telephony.state();
      const strangers = asterisks.strangers?.();
      return {
        name: telephony.name,
        simulated,
        notice,
        ...(state.kind === 'away' && { away: state.reason }),
        ...(strangers !== undefined && { strangers }),
      };
    },
    close: async () => {
      await telephony.close();
      await carrier?.close();
      await asterisks.close();
    },
  };
}

/** Resolves when calls can be made. Rejects with the reason, in Russian, when they cannot for too long. */
async function untilReady(telephony: Telephony, clock: Clock, withinMs: number): Promise<void> {
  const giveUpAtMs = clock.now() + withinMs;
  for (;;) {
    const state = telephony.state();
    if (state.kind === 'ready') return;
    if (clock.now() > giveUpAtMs) throw new Error(state.reason);
    await new Promise<void>((resolve) => clock.setTimeout(resolve, LOOK_EVERY_MS));
  }
}

const NOT_FETCHED = 'он не скачан; скачать: npm run asterisk -- get';

const SIMULATOR_NOTICE =
  'Телефонная сеть смоделирована: на звонок отвечает виртуальный абонент с записанным голосом. ' +
  'Звук идёт настоящими RTP-пакетами через UDP.';

const LOCAL_CARRIER_NOTICE =
  'Телефонная сеть — своя, локальная: звонок идёт через два настоящих Asterisk по SIP и RTP, ' +
  'а отвечает виртуальный абонент с записанным голосом. Настоящую сеть подключает транк (TRUNK_HOST).';
