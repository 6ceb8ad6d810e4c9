import type { SmsConfig } from './channels/sms/create-gateway.ts';
import type { ConfigValues } from './config-table.ts';

/** SMS Aero's free sender name (the default of its own clients). */
const SMS_AERO_SENDER = 'SMS Aero';
const OUTBOX: SmsConfig = { gateway: 'outbox' };

/** What the environment says of text messages; adds to `problems` what a chosen gateway lacks. */
export function readSms(values: ConfigValues, problems: string[]): SmsConfig {
  const { SMS_GATEWAY: gateway, SMS_SENDER: sender, SMS_API_URL: baseUrl } = values;
  const common = {
    ...(sender !== undefined && { sender }),
    ...(baseUrl !== undefined && { baseUrl }),
  };
  const lacks = (what: string): SmsConfig => {
    problems.push(`SMS_GATEWAY: дано ${gateway}, но не задано: ${what}; задайте или выберите outbox`);
    return OUTBOX;
  };
  switch (gateway) {
    case 'outbox':
      return OUTBOX;
    case 'smsc': {
      const { SMSC_API_KEY: apiKey, SMSC_LOGIN: login, SMSC_PASSWORD: password } = values;
      if (apiKey !== undefined) return { gateway, credentials: { apiKey }, ...common };
      if (login === undefined || password === undefined)
        return lacks('SMSC_API_KEY либо SMSC_LOGIN и SMSC_PASSWORD');
      return { gateway, credentials: { login, password }, ...common };
    }
    case 'smsru': {
      const { SMSRU_API_ID: apiId } = values;
      return apiId === undefined ? lacks('SMSRU_API_ID') : { gateway, apiId, ...common };
    }
    case 'smsaero': {
      const { SMSAERO_EMAIL: email, SMSAERO_API_KEY: apiKey } = values;
      if (email === undefined || apiKey === undefined) return lacks('SMSAERO_EMAIL и SMSAERO_API_KEY');
      return { gateway, email, apiKey, ...common, sender: sender ?? SMS_AERO_SENDER };
    }
    case 'exolve': {
      const { EXOLVE_API_KEY: apiKey } = values;
      if (apiKey === undefined || sender === undefined) return lacks('EXOLVE_API_KEY и SMS_SENDER');
      return { gateway, apiKey, ...common, sender };
    }
    default:
      return gateway satisfies never;
  }
}

/** With exactly one slash at its end. */
export function readShortLinkBase({ SHORT_LINK_BASE: base }: ConfigValues): string | undefined {
  return base === undefined ? undefined : `${base.replace(/\/+$/, '')}/`;
}
