import { ensureSecretFile } from './secret-file.ts';

export interface ApiKey {
  readonly key: string;
  /** True once, when it was made just now: print it then. */
  readonly created: boolean;
  readonly file: string;
}

/** The key of the data folder, made once (secret-file.ts). Rejects when the file is there and holds no usable key. */
export async function ensureApiKey(dataDir: string): Promise<ApiKey> {
  const { secret, created, file } = await ensureSecretFile({
    dataDir,
    name: 'api-key',
    usable: /^[\x21-\x7e]{16,512}$/,
    expected: '16 or more printable characters',
    variable: 'API_AUTH_KEY',
  });
  return { key: secret, created, file };
}
