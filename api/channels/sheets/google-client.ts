import { Agent as PlainAgent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { auth, sheets_v4 } from '@googleapis/sheets';
import { DeliveryError } from '../../deliveries/delivery-error.ts';

/** What a service account's JSON key has that is needed here. */
export interface GoogleCredentials {
  readonly clientEmail: string;
  /** PEM. */
  readonly privateKey: string;
  /** Where tokens are asked for; Google's own where the key names none. */
  readonly tokenUri?: string;
}

export interface GoogleClientOptions {
  readonly credentials: GoogleCredentials;
  /** Of the Sheets API; Google's own without it. */
  readonly rootUrl?: string;
  /** For one request, to its answer's last byte; 20 s. */
  readonly answerMs?: number;
}

/** The only right that is asked for. A service account sees no file that was not shared with it. */
const SCOPE = 'https://www.googleapis.com/auth/spreadsheets';
const SHEETS_URL = 'https://sheets.googleapis.com/';
const GOOGLE_TOKEN_URL = 'https://oauth2.googleapis.com/token';
const ANSWER_MS = 20_000;
/** A slice of the column of call ids takes 2 MB at most. */
const ANSWER_MAX_BYTES = 8 * 1024 * 1024;

/** A connection for each request: one that was kept may be closed just then, and nobody would know whether it arrived. */
const AGENTS = { plain: new PlainAgent(), secure: new SecureAgent() };

type JwtClient = InstanceType<typeof auth.JWT>;

export interface GoogleClient {
  readonly api: sheets_v4.Sheets;
  /** Has a token that is good for some minutes, asking for one where needed: a bad key is found before anything leaves. */
  authorize(): Promise<void>;
}

/**
 * The Sheets API v4 as a service account: OAuth 2.0 with a signed assertion (RFC 7523;
 * developers.google.com/identity/protocols/oauth2/service-account). No request is repeated here, no redirect followed:
 * a key is for one address.
 */
export function googleClient({
  credentials,
  rootUrl,
  answerMs = ANSWER_MS,
}: GoogleClientOptions): GoogleClient {
  const { clientEmail, privateKey, tokenUri = GOOGLE_TOKEN_URL } = credentials;
  const jwt: JwtClient = new auth.JWT({
    email: clientEmail,
    key: privateKey,
    scopes: [SCOPE],
    transporterOptions: { timeout: answerMs },
  });
  jwt.transporter.interceptors.request.add({
    resolved: async (options) => {
      // The library asks Google for its tokens whatever the key says.
      if (String(options.url) === GOOGLE_TOKEN_URL) options.url = new URL(tokenUri);
      // Behind a proxy (HTTPS_PROXY) the library has set its own.
      options.agent ??= String(options.url).startsWith('https:') ? AGENTS.secure : AGENTS.plain;
      return Object.assign(options, {
        retry: false,
        retryConfig: { retry: 0 },
        redirect: 'manual',
        size: ANSWER_MAX_BYTES,
      });
    },
  });
  const api = new sheets_v4.Sheets({
    auth: jwt,
    rootUrl: rootUrl ?? SHEETS_URL,
    retry: false,
    timeout: answerMs,
  });
  return {
    api,
    authorize: async () => {
      const { token } = await jwt.getAccessToken();
      if (typeof token !== 'string' || token === '') throw new DeliveryError('later', 'BAD_ANSWER');
    },
  };
}
