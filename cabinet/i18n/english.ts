import { templatesOf } from './dictionary.ts';
import { analytics } from './en/analytics.ts';
import { api } from './en/api.ts';
import { app } from './en/app.ts';
import { browserPhone } from './en/browser-phone.ts';
import { callDetails } from './en/call-details.ts';
import { chatDetails } from './en/chat-details.ts';
import { ops } from './en/ops.ts';
import { server } from './en/server.ts';
import { start } from './en/start.ts';
import { status } from './en/status.ts';
import { ui } from './en/ui.ts';

/** One file a folder of the cabinet, so that what several people add merges by itself. */
export const DICTIONARIES = {
  analytics,
  api,
  app,
  browserPhone,
  callDetails,
  chatDetails,
  ops,
  server,
  start,
  status,
  ui,
};

export const templates = templatesOf(
  Object.values(DICTIONARIES).reduce((all, one) => ({ ...all, ...one }), {}),
);
