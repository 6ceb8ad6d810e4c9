import { fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Profile } from './profiles.ts';
import type { Prompt } from './prompts.ts';
import type { ProviderEntry, ProviderNews, ProviderOrder } from './provider-log.ts';

const ANSWERS_WITHIN_MS = 30_000;
/** Of −20 (first) to 19. */
const PRIORITY = 10;

/** The provider's process. */
export interface ProviderProcess {
  /** With `/v1`. */
  readonly baseUrl: string;
  /** Takes a profile's pace, learns these prompts and empties the log. */
  begin(profile: Profile, prompts: readonly Prompt[]): Promise<void>;
  /** Every request since `begin`. */
  log(): Promise<readonly ProviderEntry[]>;
  close(): Promise<void>;
}

export async function startProvider(): Promise<ProviderProcess> {
  const child = fork(fileURLToPath(new URL('provider.ts', import.meta.url)), {
    execArgv: ['--v8-pool-size=1', '--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  // It stands for machines elsewhere: it must not take the processor from what is measured.
  setPriority(child.pid!, PRIORITY);
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const hear = <Type extends ProviderNews['type']>(type: Type) =>
    new Promise<Extract<ProviderNews, { type: Type }>>((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer);
        child.off('message', listen).off('exit', end);
        act();
      };
      const listen = (news: ProviderNews) => {
        if (news.type === type) settle(() => resolve(news as Extract<ProviderNews, { type: Type }>));
      };
      const end = () =>
        settle(() => reject(new Error('the provider’s process has ended: see its words above')));
      const timer = setTimeout(
        () =>
          settle(() =>
            reject(new Error(`the provider’s process did not say «${type}»: is the machine overloaded?`)),
          ),
        ANSWERS_WITHIN_MS,
      );
      child.on('message', listen).once('exit', end);
    });
  const ask = <Type extends ProviderNews['type']>(order: ProviderOrder, type: Type) => {
    const answer = hear(type);
    child.send(order);
    return answer;
  };

  const { baseUrl } = await hear('ready');
  return {
    baseUrl,
    begin: async (profile, prompts) => {
      const known = prompts.map(({ key, language, file, text }) => ({ key, language, file, text }));
      await ask({ type: 'begin', profile, prompts: known }, 'begun');
    },
    log: async () => (await ask({ type: 'report' }, 'log')).entries,
    close: async () => {
      if (child.connected) child.send({ type: 'end' } satisfies ProviderOrder);
      await gone;
    },
  };
}
