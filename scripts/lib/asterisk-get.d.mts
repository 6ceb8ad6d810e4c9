import type { InstalledPackages } from './debian-packages.mjs';

export declare function asteriskDir(env?: Readonly<Record<string, string | undefined>>): string;
export declare function isThere(dir: string): boolean;
export declare function whyNot(dir: string): string | undefined;
export declare function triedLately(dir: string, now?: number): boolean;
export declare function getAsterisk(options: {
  dir: string;
  force?: boolean;
  say?: (line: string) => void;
  signal?: AbortSignal;
}): Promise<InstalledPackages & { reused: boolean; version: string }>;
export declare function versionOf(debian: string): string;
