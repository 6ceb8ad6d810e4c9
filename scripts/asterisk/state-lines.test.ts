import { expect, it } from 'vitest';
import { stateLines } from './state-lines.ts';

it('says in Russian what runs', () => {
  const state = {
    version: '22.10.1',
    suite: 'forky',
    servers: [
      {
        kind: 'edge' as const,
        pid: 7,
        stays: false,
        users: [5],
        uptimeMs: 7_500_000,
        sip: { address: '0.0.0.0', port: 5060 },
        ari: { address: '127.0.0.1', port: 8188 },
        channels: 4,
        registrations: [{ endpoint: 'trunk-main', status: 'Registered' }],
        strangers: 12,
      },
    ],
  };
  expect(stateLines(state, '/data/asterisk', true)).toEqual([
    'Asterisk 22.10.1 (Debian forky), настройки и журналы: /data/asterisk',
    'Asterisk: процесс 7, работает 2 ч 5 мин, завершится вместе с процессом 5',
    '  SIP 0.0.0.0:5060, ARI 127.0.0.1:8188, каналов занято: 4',
    '  транк main: зарегистрирован',
    '  отказано чужим SIP-запросам: 12',
  ]);
  const withUsers = (stays: boolean, ...users: number[]) =>
    stateLines({ ...state, servers: state.servers.map((one) => ({ ...one, stays, users })) }, '/d', true)[1];
  expect(withUsers(false, 5, 6)).toMatch(/, завершится с последним из процессов 5, 6$/);
  expect(withUsers(true, 5, 6)).toMatch(/, используют процессы 5, 6$/);
  expect(withUsers(true)).toMatch(/5 мин$/);
  expect(stateLines({ ...state, servers: [] }, '/data/asterisk', false).at(-1)).toContain('start');
});
