import type { Context } from '@opentelemetry/api';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { CallEvent } from '../../engine/contract/call-event.ts';
import type { CallId } from '../../engine/contract/ids.ts';
import { errorFields, type Log } from '../log.ts';
import { callSpans, endsStep, stepSpan, type SpanDraft } from './call-spans.ts';

export interface TracesOptions {
  /** Base address of an OTLP/HTTP collector; `/v1/traces` is added. */
  readonly endpoint: string;
  /** A call's journal. */
  readonly events: (callId: CallId) => Promise<readonly CallEvent[]>;
  readonly log: Log;
  /** How long spans are gathered before they go out, ms. */
  readonly gatherMs?: number;
  /** How long `stop` tries to send what is left, ms. */
  readonly stopMs?: number;
}

export interface Traces {
  /** Hears every event that this process has stored. Takes no time and never fails. */
  note(event: CallEvent): void;
  /** Sends what is left, for `stopMs` at most. Idempotent. */
  stop(): Promise<void>;
}

const GATHER_MS = 5_000;
const EXPORT_TIMEOUT_MS = 5_000;
const STOP_TIMEOUT_MS = 3_000;
/** ExportResultCode of @opentelemetry/core. */
const SUCCESS = 0;
/** A call makes some sixty spans, and a hundred calls may end together. */
const MAX_SPANS = 20_000;
/** Calls that wait to be read; more are a collector's or a database's trouble and are left out. */
const MAX_WAITING = 500;

/**
 * Tells an OpenTelemetry collector of ended calls and of the steps after them. Spans are made from the journal when all
 * their times are known, so that a call's work knows nothing of traces. While the collector is away spans are lost and
 * nothing else; the log says so once, and once more when it is back.
 */
export async function startTraces(options: TracesOptions): Promise<Traces> {
  const { endpoint, log, gatherMs = GATHER_MS, stopMs = STOP_TIMEOUT_MS } = options;
  // Only who has a collector pays for the packages.
  const [
    { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags },
    sdk,
    { OTLPTraceExporter },
    resources,
  ] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: EXPORT_TIMEOUT_MS,
  });
  let next: Pick<SpanDraft, 'traceId' | 'spanId'> | undefined;
  const nextId = (which: 'traceId' | 'spanId') => (): string => {
    if (next === undefined) throw new Error('a span is made from a draft only');
    return next[which];
  };
  const provider = new sdk.TracerProvider({
    resource: resources.resourceFromAttributes({ 'service.name': 'halo' }),
    sampler: new sdk.AlwaysOnSampler(),
    idGenerator: { generateTraceId: nextId('traceId'), generateSpanId: nextId('spanId') },
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter: warningOnce(exporter, log),
        scheduledDelayMillis: gatherMs,
        maxQueueSize: MAX_SPANS,
        exportTimeoutMillis: EXPORT_TIMEOUT_MS,
      }),
    ],
  });
  const tracer = provider.getTracer('halo');

  const parentOf = ({ traceId, parentId }: SpanDraft): Context =>
    parentId === undefined
      ? ROOT_CONTEXT
      : trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: parentId, traceFlags: TraceFlags.SAMPLED });
  const write = (draft: SpanDraft): void => {
    const { name, fromMs: startTime, attributes, failure, notes = [] } = draft;
    next = draft;
    const span = tracer.startSpan(name, { startTime, attributes, kind: SpanKind.INTERNAL }, parentOf(draft));
    for (const note of notes) span.addEvent(note.name, note.attributes, note.atMs);
    if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
    span.end(draft.toMs);
  };
  const tell = async ({ callId, seq, type }: CallEvent): Promise<void> => {
    const events = await options.events(callId);
    const drafts = type === 'call.ended' ? callSpans(events) : [stepSpan(events, seq)];
    for (const draft of drafts) if (draft !== undefined) write(draft);
  };

  let waiting = 0;
  let told: Promise<void> = Promise.resolve();
  let stopped: Promise<void> | undefined;
  return {
    note(event) {
      if (event.type !== 'call.ended' && !endsStep(event)) return;
      if (stopped !== undefined || waiting >= MAX_WAITING) return;
      waiting += 1;
      told = told
        .then(() => tell(event))
        .catch((error: unknown) =>
          log.warn({ callId: event.callId, ...errorFields(error) }, 'no trace could be made of a call'),
        )
        .finally(() => (waiting -= 1));
    },
    stop: () =>
      (stopped ??= atMost(
        stopMs,
        told.then(() => provider.shutdown()),
      )),
  };
}

/** The log hears of a collector that takes nothing once, until it takes something again. */
function warningOnce(exporter: SpanExporter, log: Log): SpanExporter {
  let away = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const code: number = result.code;
        const failed = code !== SUCCESS;
        if (failed && !away) {
          const why = result.error === undefined ? {} : errorFields(result.error);
          log.warn(
            why,
            'the collector of traces takes nothing: check OTEL_EXPORTER_OTLP_ENDPOINT; calls go on',
          );
        } else if (!failed && away) log.info({}, 'the collector of traces takes traces again');
        away = failed;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
}

async function atMost(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(timer);
}
