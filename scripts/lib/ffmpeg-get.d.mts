export declare function ffmpegDir(): string;
export declare function fetchedFfmpeg(dir?: string): Promise<string[] | undefined>;
export declare function getFfmpeg(options?: {
  dir?: string;
  say?: (line: string) => void;
  signal?: AbortSignal;
}): Promise<string[]>;
export declare function ensureFfmpeg(say?: (line: string) => void): Promise<void>;
