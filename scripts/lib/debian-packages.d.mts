/** What went wrong, in Russian, and what to do about it. */
export declare class PackagesError extends Error {
  /** True when the archive could not be reached at all. */
  offline: boolean;
}

export interface FetchOptions {
  dir: string;
  packages: string[];
  optionalPackages?: string[];
  dataPackages?: string[];
  suites?: string[];
  components?: string[];
  extraLibraries?: RegExp;
  prune?: (root: string) => Promise<void>;
  say?: (line: string) => void;
  force?: boolean;
  keep?: boolean;
  signal?: AbortSignal;
}

export interface InstalledPackages {
  key: string;
  suite: string;
  origin: 'debian' | 'ubuntu';
  packages: Record<string, string>;
  /** Relative to the folder. */
  loader: string;
  libraryPath: string[];
}

export declare function fetchDebianPackages(
  options: FetchOptions,
): Promise<InstalledPackages & { reused: boolean }>;
export declare function readInstalled(dir: string): Promise<InstalledPackages | undefined>;
export declare function runnerOf(dir: string, installed: InstalledPackages, program: string): string[];
