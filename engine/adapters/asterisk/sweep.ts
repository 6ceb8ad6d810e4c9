import type { Ari } from './ari.ts';
import { isHaloApplication, ownerOf } from './office.ts';

export interface SweepOptions {
  readonly ari: Ari;
  /** Ours. */
  readonly application: string;
  /** Whether a live line of ours has that channel or bridge. */
  readonly isKnown: (id: string) => boolean;
  /** Whether another HALO still answers. Rejects when that cannot be told. */
  readonly isAlive: (application: string) => Promise<boolean>;
  /** What the far ends of the channels are told; normal clearing without it. */
  readonly q850?: number;
}

export interface Swept {
  readonly channels: number;
  readonly bridges: number;
}

interface Leftovers {
  readonly channels: Set<string>;
  readonly bridges: Set<string>;
}

/**
 * Removes channels and bridges that no live line knows: ours of before an outage, and those of HALO processes that
 * died. Those of another live HALO on the same Asterisk, and all that is not HALO's, stay. Rejects with AriError.
 */
export async function sweep({ ari, application, isKnown, isAlive, q850 }: SweepOptions): Promise<Swept> {
  let swept: Swept = { channels: 0, bridges: 0 };
  const found = await leftoversByOwner(ari);
  await Promise.all(
    [...found].map(async ([owner, left]) => {
      const ours = owner === application;
      if (!ours && (await isAlive(owner))) return;
      const strange = (id: string) => !(ours && isKnown(id));
      const channels = [...left.channels].filter(strange);
      const bridges = [...left.bridges].filter(strange);
      // Each is asked for, whatever becomes of the others.
      await Promise.all([
        ...channels.map((id) => ari.hangupChannel(id, q850)),
        ...bridges.map((id) => ari.destroyBridge(id)),
      ]);
      swept = {
        channels: swept.channels + channels.length,
        bridges: swept.bridges + bridges.length,
      };
    }),
  );
  return swept;
}

/** By name, and by what Asterisk says of each application: calls that came in have names of Asterisk's own. */
async function leftoversByOwner(ari: Ari): Promise<ReadonlyMap<string, Leftovers>> {
  const [channels, bridges, applications] = await Promise.all([
    ari.channels(),
    ari.bridges(),
    ari.applications(),
  ]);
  const found = new Map<string, Leftovers>();
  const of = (owner: string) => {
    const left = found.get(owner) ?? { channels: new Set(), bridges: new Set() };
    found.set(owner, left);
    return left;
  };
  for (const { id } of channels) {
    const owner = ownerOf(id);
    if (owner !== undefined) of(owner).channels.add(id);
  }
  for (const id of bridges) {
    const owner = ownerOf(id);
    if (owner !== undefined) of(owner).bridges.add(id);
  }
  const alive = new Set(channels.map(({ id }) => id));
  for (const { name, channelIds } of applications) {
    if (!isHaloApplication(name)) continue;
    for (const id of channelIds) if (alive.has(id)) of(name).channels.add(id);
  }
  return found;
}
