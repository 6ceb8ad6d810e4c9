import { table } from './table.ts';

/** `client`: the salt of the clients' keys, random, made with the table. All processes of the database share it. */
export interface GuardSecretRow {
  name: string;
  value: string;
}

export const GuardSecretEntity = table<GuardSecretRow>({
  name: 'GuardSecret',
  tableName: 'guard_secrets',
  columns: {
    name: { type: 'text', primary: true, primaryKeyConstraintName: 'guard_secrets_pkey' },
    value: { type: 'text' },
  },
});
