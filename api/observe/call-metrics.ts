import { Counter, Histogram, Registry } from 'prom-client';
import { AFTER_CALL_STEPS, LINE_OUTCOMES, type CallEvent } from '../../engine/contract/call-event.ts';
import { DISPOSITIONS } from '../../engine/contract/call-session.ts';
import { codeOf } from './error-code.ts';
import { ReplyTimes } from './reply-times.ts';

/** Around V9's 2 s, finely; all in seconds. */
const GAP_BUCKETS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 6, 10];
const STAGE_BUCKETS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10];
const DURATION_BUCKETS = [5, 10, 20, 30, 45, 60, 90, 120, 150];
const JITTER_BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16];
const ENDED = ['completed', 'no_answer', 'failed'] as const;
const BARGE_INS = ['floor_taken', 'resumed'] as const;

/**
 * The numbers of calls, folded from their journals' events. Labels are words of the contract and codes of errors: never
 * a call's id, a number or a word that was said.
 */
export class CallMetrics {
  readonly registry = new Registry();
  readonly #replies = new ReplyTimes();
  /** The utterance that the caller's sound holds back now, by call. */
  readonly #held = new Map<string, number>();
  readonly #metrics = createMetrics(this.registry);

  /** A provider's answer began after so many ms. */
  noteProvider(stage: 'stt' | 'operator' | 'tts', firstMs: number): void {
    this.#metrics.providerFirst.observe({ stage }, firstMs / 1000);
  }

  note(event: CallEvent): void {
    const is = this.#metrics;
    const reply = this.#replies.note(event);
    if (reply !== undefined) {
      is.gap.observe({ by: reply.by }, reply.gapMs / 1000);
      for (const { stage, ms } of reply.parts) is.stage.observe({ stage }, ms / 1000);
    }
    switch (event.type) {
      case 'line.dialling':
        return is.dialled.inc();
      case 'line.ended':
        this.#held.delete(event.callId);
        return is.lineEnded.inc({ outcome: event.outcome });
      case 'turn.transcribed':
        is.recognition.observe(event.tookMs / 1000);
        return is.turns.inc({ outcome: 'recognised' });
      case 'turn.unrecognised':
        is.recognition.observe(event.tookMs / 1000);
        return is.turns.inc({ outcome: 'unrecognised' });
      case 'turn.dropped':
        return is.turns.inc({ outcome: 'dropped' });
      case 'utterance.held':
        this.#held.set(event.callId, event.utterance);
        return;
      case 'utterance.resumed':
        if (this.#held.delete(event.callId)) is.bargeIns.inc({ outcome: 'resumed' });
        return;
      case 'utterance.finished':
        if (this.#held.get(event.callId) !== event.utterance) return;
        this.#held.delete(event.callId);
        if (!event.complete) is.bargeIns.inc({ outcome: 'floor_taken' });
        return;
      case 'filler.said':
        return is.fillers.inc();
      case 'limit.reached':
        return is.limits.inc({ limit: event.limit });
      case 'provider.failed':
        return is.providerErrors.inc({
          stage: event.stage,
          code: codeOf(event.code),
        });
      case 'media.measured':
        is.packets.inc(event.packets);
        is.lost.inc(event.lost);
        is.late.inc(event.late);
        is.strangers.inc(event.strangers);
        is.concealed.inc(event.concealedFrames);
        return is.jitter.observe(event.jitterMs / 1000);
      case 'call.ended':
        this.#held.delete(event.callId);
        if (event.status === 'completed') is.duration.observe(event.durationSec);
        return is.ended.inc({ status: event.status });
      case 'analysis.done':
        is.judged.inc({ disposition: event.finalDisposition });
        return is.steps.inc({ step: 'analysis', outcome: 'done' });
      case 'followup.done':
      case 'sms.done':
      case 'chat.done':
      case 'crm.done':
      case 'row.done':
        return is.steps.inc({ step: event.type.slice(0, -'.done'.length), outcome: 'done' });
      case 'step.failed':
        return is.steps.inc({ step: event.step, outcome: 'failed' });
      case 'delivery.changed':
        return is.deliveries.inc({ channel: event.channel, state: event.state });
      case 'call.created':
      case 'line.ringing':
      case 'line.answered':
      case 'line.dtmf':
      case 'speech.started':
      case 'turn.ended':
      case 'utterance.started':
      case 'utterance.sentence':
      case 'language.changed':
      case 'recording.saved':
      case 'call.traced':
        return;
      default:
        event satisfies never;
    }
  }
}

function createMetrics(registry: Registry) {
  const registers = [registry];
  const counter = <const Label extends string = never>(
    name: string,
    help: string,
    labelNames: Label[] = [],
  ) => new Counter<Label>({ name, help, labelNames, registers });
  const histogram = <const Label extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: Label[] = [],
  ) => new Histogram<Label>({ name, help, buckets, labelNames, registers });
  const metrics = {
    dialled: counter('halo_calls_dialled_total', 'Набранные звонки.'),
    ended: counter('halo_calls_ended_total', 'Закончившиеся звонки по статусу.', ['status']),
    judged: counter('halo_calls_judged_total', 'Состоявшиеся разговоры по итогу анализа.', ['disposition']),
    lineEnded: counter('halo_line_ended_total', 'Чем кончилась линия: кто положил трубку, занято, ошибка.', [
      'outcome',
    ]),
    duration: histogram(
      'halo_call_duration_seconds',
      'Длительность состоявшихся разговоров.',
      DURATION_BUCKETS,
    ),
    gap: histogram(
      'halo_reply_gap_seconds',
      'Пауза, которую слышит абонент: его последний звук → первый звук ответа (или слов-заполнителей).',
      GAP_BUCKETS,
      ['by'],
    ),
    stage: histogram(
      'halo_reply_stage_seconds',
      'Из чего состоит пауза: решение, что он договорил; распознавание; ответ до первого звука.',
      STAGE_BUCKETS,
      ['stage'],
    ),
    recognition: histogram(
      'halo_recognition_seconds',
      'Сколько длилось распознавание реплики, вместе с тем, что сделано заранее.',
      STAGE_BUCKETS,
    ),
    providerFirst: histogram(
      'halo_provider_first_seconds',
      'Сколько ждали первого от провайдера: текста, первого слова ответа, первого звука голоса.',
      STAGE_BUCKETS,
      ['stage'],
    ),
    turns: counter('halo_turns_total', 'Реплики абонентов: распознаны, не распознаны, оказались не речью.', [
      'outcome',
    ]),
    bargeIns: counter(
      'halo_barge_ins_total',
      'Абонент перебил: ассистент уступил (floor_taken) или продолжил (resumed).',
      ['outcome'],
    ),
    fillers: counter('halo_fillers_total', 'Слова-заполнители на месте опоздавшего ответа.'),
    limits: counter('halo_limits_reached_total', 'Разговоры, дошедшие до предела времени или реплик.', [
      'limit',
    ]),
    providerErrors: counter('halo_provider_errors_total', 'Отказы провайдеров речи по этапу и коду.', [
      'stage',
      'code',
    ]),
    packets: counter('halo_rtp_packets_total', 'Принятые пакеты RTP (считаются в конце звонка).'),
    lost: counter('halo_rtp_lost_packets_total', 'Потерянные пакеты RTP.'),
    late: counter('halo_rtp_late_packets_total', 'Пакеты RTP, опоздавшие к своему мигу.'),
    strangers: counter('halo_rtp_stranger_packets_total', 'Чужие пакеты RTP, отброшенные.'),
    concealed: counter(
      'halo_rtp_concealed_frames_total',
      'Кадры по 20 мс, которых не было и которые восполнены.',
    ),
    jitter: histogram('halo_rtp_jitter_seconds', 'Дрожание RTP за звонок (RFC 3550).', JITTER_BUCKETS),
    steps: counter('halo_after_call_steps_total', 'Шаги после звонка: сделаны или не удались.', [
      'step',
      'outcome',
    ]),
    deliveries: counter(
      'halo_delivery_changes_total',
      'Что стало с отправками наружу, по каналу и состоянию.',
      ['channel', 'state'],
    ),
  };
  // A counter that is there before it counts: the first one of a kind is an increase, too.
  for (const status of ENDED) metrics.ended.inc({ status }, 0);
  for (const disposition of DISPOSITIONS) metrics.judged.inc({ disposition }, 0);
  for (const outcome of LINE_OUTCOMES) metrics.lineEnded.inc({ outcome }, 0);
  for (const outcome of BARGE_INS) metrics.bargeIns.inc({ outcome }, 0);
  for (const step of AFTER_CALL_STEPS) {
    for (const outcome of ['done', 'failed']) metrics.steps.inc({ step, outcome }, 0);
  }
  return metrics;
}
