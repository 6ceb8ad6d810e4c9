import type { DataSource } from 'typeorm';
import { ExolveGateway, type ExolveOptions } from './exolve.ts';
import type { SmsGateway } from './gateway.ts';
import { SmsOutbox } from './outbox.ts';
import { SmsAeroGateway, type SmsAeroOptions } from './sms-aero.ts';
import { SmsRuGateway, type SmsRuOptions } from './sms-ru.ts';
import { SmscGateway, type SmscOptions } from './smsc.ts';

/** Which gateway sends text messages, and with what. */
export type SmsConfig =
  | { readonly gateway: 'outbox' }
  | ({ readonly gateway: 'smsc' } & SmscOptions)
  | ({ readonly gateway: 'smsru' } & SmsRuOptions)
  | ({ readonly gateway: 'smsaero' } & SmsAeroOptions)
  | ({ readonly gateway: 'exolve' } & ExolveOptions);

export function createSmsGateway(config: SmsConfig, dataSource: DataSource): SmsGateway {
  return config.gateway === 'outbox' ? new SmsOutbox(dataSource) : createSmsApi(config);
}

/** Of those that send through somebody's API. */
export function createSmsApi(config: Exclude<SmsConfig, { readonly gateway: 'outbox' }>): SmsGateway {
  switch (config.gateway) {
    case 'smsc':
      return new SmscGateway(config);
    case 'smsru':
      return new SmsRuGateway(config);
    case 'smsaero':
      return new SmsAeroGateway(config);
    case 'exolve':
      return new ExolveGateway(config);
    default:
      return config satisfies never;
  }
}
