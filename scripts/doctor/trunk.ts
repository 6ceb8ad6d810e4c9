import { isIP } from 'node:net';
import { systemClock } from '../../engine/adapters/system/system-clock.ts';
import { examine } from '../trunk/doctor.ts';
import { discreetReport, type StepReport, type TrunkReport } from '../trunk/report.ts';
import { resolveHost } from '../trunk/resolve.ts';
import type { DoctorOptions } from '../trunk/step.ts';
import { skip, type Check, type Finding, type FindingStatus } from './check.ts';

/** A silent trunk is asked three times over two SIP transactions. */
const TIMEOUT_MS = 75_000;

/** What `npm run trunk:check` sees without a call: DNS, OPTIONS, REGISTER. */
export const trunk: Check = {
  name: 'trunk',
  title: 'Транк',
  timeoutMs: TIMEOUT_MS,
  async run({ telephony }, { signal }) {
    if (telephony.trunks.length === 0) return [skip('не настроен: звонки идут виртуальным абонентам')];
    const { externalAddress, localNetworks, rtp } = telephony;
    const options: DoctorOptions = {
      to: undefined,
      ringTimeoutMs: 0,
      externalAddress: await addressOf(externalAddress, signal),
      localNetworks,
      rtpPorts: rtp,
      listenMs: 0,
      warnMs: 0,
    };
    const ports = { clock: systemClock, resolve: resolveHost, tell: () => {}, onStep: () => {}, signal };
    return await Promise.all(
      telephony.trunks.map(async (one) =>
        findingOf(discreetReport(await examine(one, options, ports), one.password)),
      ),
    );
  },
};

/** SDP takes an address; the configuration may name a host. What has no address shows as NAT trouble. */
async function addressOf(host: string | undefined, signal: AbortSignal): Promise<string | undefined> {
  if (host === undefined || isIP(host) !== 0) return host;
  return (await resolveHost(host, 'udp', signal)).addresses[0];
}

function findingOf({ trunk: name, steps }: TrunkReport): Finding {
  const worst = (['fail', 'warn'] as const).find((status) => steps.some((step) => step.status === status));
  const status: FindingStatus = worst ?? 'ok';
  const shown = steps.filter((step) => step.status === status && step.step !== 'call');
  return {
    status,
    what: `${name}: ${shown.map((step) => step.detail).join('; ')}`,
    advice: [
      ...steps.flatMap((step) => adviceOf(step)),
      ...(status === 'ok' ? [] : ['подробно: npm run trunk:check']),
    ],
  };
}

function adviceOf({ status, diagnoses }: StepReport): readonly string[] {
  if (status !== 'fail' && status !== 'warn') return [];
  return diagnoses.flatMap(({ what, change }) => [what, ...change]);
}
