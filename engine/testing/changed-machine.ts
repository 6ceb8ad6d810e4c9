import { call } from '../call/call-setup.ts';
import { callMachine } from '../call/call.machine.ts';

type Config = Parameters<typeof call.createMachine>[0];

/** Where the conversation's states stand in the chart. */
export const TALKING_STATES = [
  ...['states', 'live', 'states', 'conversation', 'states'],
  ...['held', 'states', 'talking', 'states'],
] as const;

/** A copy of the call machine with one thing changed or added: `path` leads to it from the chart's top. */
export function changedMachine(path: readonly string[], value: unknown): typeof callMachine {
  const put = (node: unknown, [key, ...rest]: readonly string[]): unknown => {
    if (key === undefined) return value;
    const fields = (node ?? {}) as Readonly<Record<string, unknown>>;
    return { ...fields, [key]: put(fields[key], rest) };
  };
  return call.createMachine(put(callMachine.config, path) as Config) as unknown as typeof callMachine;
}
