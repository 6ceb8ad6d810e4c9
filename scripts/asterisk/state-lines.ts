import type { HouseState, ServerState } from '../../engine/adapters/asterisk/server/house-state.ts';

const NAMES = { edge: 'Asterisk', carrier: 'Локальный оператор (второй Asterisk)' } as const;

const REGISTRATION_WORDS: Readonly<Record<string, string>> = {
  Registered: 'зарегистрирован',
  Unregistered: 'пока не зарегистрирован',
  Rejected: 'транк отказал: проверьте логин, пароль и домен (npm run trunk:check)',
  Stopped: 'остановлен',
};

/** `npm run asterisk -- status`, in Russian. */
export function stateLines(state: HouseState, folder: string, hasTrunks: boolean): string[] {
  const lines = [`Asterisk ${state.version} (Debian ${state.suite}), настройки и журналы: ${folder}`];
  if (state.servers.length === 0) return [...lines, 'Не работает. Запустить: npm run asterisk -- start'];
  for (const server of state.servers) lines.push(...serverLines(server));
  if (!hasTrunks) lines.push('Транка нет: звонки идут локальному оператору и ничего не стоят.');
  return lines;
}

function serverLines(server: ServerState): string[] {
  const { kind, pid, sip, ari, channels, strangers } = server;
  return [
    `${NAMES[kind]}: процесс ${pid}, работает ${duration(server.uptimeMs)}${whoUses(server)}`,
    `  SIP ${sip.address}:${sip.port}, ARI ${ari.address}:${ari.port}, ` +
      (channels === undefined ? 'не отвечает' : `каналов занято: ${channels}`),
    ...server.registrations.map(
      ({ endpoint, status }) =>
        `  ${endpoint.replace(/^trunk-/, 'транк ')}: ${REGISTRATION_WORDS[status] ?? status}`,
    ),
    ...(strangers > 0 ? [`  отказано чужим SIP-запросам: ${strangers}`] : []),
  ];
}

function whoUses({ stays, users }: ServerState): string {
  if (users.length === 0) return stays ? '' : ', завершается';
  const pids = users.join(', ');
  if (users.length === 1)
    return stays ? `, использует процесс ${pids}` : `, завершится вместе с процессом ${pids}`;
  return stays ? `, используют процессы ${pids}` : `, завершится с последним из процессов ${pids}`;
}

/** `2 ч 5 мин`, `40 с`. */
function duration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} с`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} мин` : `${Math.floor(minutes / 60)} ч ${minutes % 60} мин`;
}
