import type { Check } from './check.ts';
import { clock } from './clock.ts';
import { database } from './database.ts';
import { disk } from './disk.ts';
import { rows } from './rows.ts';
import { sms } from './sms.ts';
import { speech } from './speech.ts';
import { telegram } from './telegram.ts';
import { telephony } from './telephony.ts';
import { trunk } from './trunk.ts';
import { webhook } from './webhook.ts';

/** Everything that is looked at, in the order in which it is shown. */
export const CHECKS: readonly Check[] = [
  database,
  speech,
  telephony,
  trunk,
  sms,
  telegram,
  rows,
  webhook,
  disk,
  clock,
];
