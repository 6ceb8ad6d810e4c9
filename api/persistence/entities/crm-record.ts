import type { Disposition } from '../../../engine/contract/call-session.ts';
import { table } from './table.ts';

/** D4.1's CRM card. Whether Telegram is connected is the demo session's to say. */
export interface CrmRecordRow {
  callId: string;
  clientPhone: string;
  status: Disposition;
  interest: string;
  telegramLinkSent: boolean;
}

export const CrmRecordEntity = table<CrmRecordRow>({
  name: 'CrmRecord',
  tableName: 'crm_records',
  columns: {
    callId: {
      type: 'uuid',
      name: 'call_id',
      primary: true,
      primaryKeyConstraintName: 'crm_records_pkey',
      foreignKey: { target: 'Call', name: 'crm_records_call_id_fkey', onDelete: 'CASCADE' },
    },
    clientPhone: { type: 'text', name: 'client_phone' },
    status: { type: 'text' },
    interest: { type: 'text' },
    telegramLinkSent: { type: 'boolean', name: 'telegram_link_sent' },
  },
});
