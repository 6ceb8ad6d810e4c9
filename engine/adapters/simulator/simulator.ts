import type { CallerLine } from '../../far-end/caller-voices.ts';
import { digitSum, numberBehaviour, type NumberBehaviour } from '../../far-end/personas.ts';
import type { SubscriberScript } from '../../far-end/subscriber-mind.ts';
import { personaScript, recordedScript } from '../../far-end/subscriber-script.ts';
import { VirtualSubscriber, type SubscriberDeps } from '../../far-end/virtual-subscriber.ts';
import type { TimerHandle } from '../../ports/clock.ts';
import type { DialRequest, Line, LineEvent, Telephony } from '../../ports/telephony.ts';

export interface SimulatorDeps extends SubscriberDeps {
  readonly lines: readonly CallerLine[];
  /** Reads a tester's recording as 8 kHz mono. Rejects with an error that says what is wrong with the file. */
  readonly readRecording: (file: string) => Promise<Int16Array>;
}

/** Post-dial delay, and how soon people pick up. */
const RINGS_AFTER_MS = 300;
const REFUSED_AFTER_MS = 700;
const ANSWERS_AFTER_MS = 1_200;

type Ended = Omit<Extract<LineEvent, { type: 'ended' }>, 'type'>;

/**
 * Telephony without a network: the number decides who answers (personas.ts), and the person's voice comes over real
 * RTP from a socket of his own. Signalling is simulated, media are not; it says so itself (`simulated`).
 */
export function createSimulator(deps: SimulatorDeps): Telephony {
  const lines = new Set<SimulatedLine>();
  let closed = false;
  return {
    name: 'simulator',
    simulated: true,
    dial: (request, onEvent, signal) => {
      const line = new SimulatedLine(deps, request, onEvent);
      lines.add(line);
      void line.gone.then(() => lines.delete(line));
      if (closed) line.refuse();
      else if (signal.aborted) line.hangup();
      else signal.addEventListener('abort', () => line.hangup(), { once: true });
      return line;
    },
    state: () => ({ kind: 'ready' }),
    onIncoming: () => undefined,
    close: async () => {
      closed = true;
      for (const line of lines) line.hangup();
      await Promise.all([...lines].map((line) => line.gone));
    },
  };
}

class SimulatedLine implements Line {
  /** Resolves when the end was told and nothing is held any more. */
  readonly gone: Promise<void>;
  readonly #deps: SimulatorDeps;
  readonly #request: DialRequest;
  readonly #tell: (event: LineEvent) => void;
  #subscriber: VirtualSubscriber | undefined;
  #pickingUp: Promise<void> | undefined;
  #timer: TimerHandle | undefined;
  #ended = false;
  #leave: () => void = () => undefined;

  constructor(deps: SimulatorDeps, request: DialRequest, tell: (event: LineEvent) => void) {
    this.#deps = deps;
    this.#request = request;
    this.#tell = tell;
    this.gone = new Promise((resolve) => (this.#leave = resolve));
    this.#dial(behaviour(request));
  }

  hangup(): void {
    this.#end({ outcome: 'hangup_near', reason: 'разговор завершён' });
  }

  refuse(): void {
    this.#end({ outcome: 'error', reason: 'симулятор выключен', cause: 'the simulator is closed' });
  }

  #dial(who: NumberBehaviour): void {
    switch (who.kind) {
      case 'busy':
        return this.#after(REFUSED_AFTER_MS, () =>
          this.#end({ outcome: 'busy', reason: 'абонент занят', cause: '486' }),
        );
      case 'error':
        return this.#after(REFUSED_AFTER_MS, () =>
          this.#end({ outcome: 'error', reason: 'оператор связи вернул ошибку', cause: '503' }),
        );
      case 'no_answer':
        return this.#ring(() => this.#after(this.#request.ringTimeoutMs, () => this.#giveUp()));
      case 'answers': {
        const picksUpMs = ANSWERS_AFTER_MS + (digitSum(this.#request.phone) % 7) * 150;
        return this.#ring(() =>
          picksUpMs < this.#request.ringTimeoutMs
            ? this.#after(picksUpMs, () => {
                this.#pickingUp = this.#pickUp(who);
              })
            : this.#after(this.#request.ringTimeoutMs, () => this.#giveUp()),
        );
      }
    }
  }

  #ring(then: () => void): void {
    this.#after(RINGS_AFTER_MS, () => {
      this.#tell({ type: 'ringing' });
      if (!this.#ended) then();
    });
  }

  #giveUp(): void {
    this.#end({ outcome: 'no_answer', reason: 'абонент не ответил', cause: '480' });
  }

  async #pickUp(who: Extract<NumberBehaviour, { kind: 'answers' }>): Promise<void> {
    try {
      const script = await this.#script(who);
      const subscriber = await VirtualSubscriber.open(this.#deps, script, this.#request.farEnd?.faults ?? {});
      if (this.#ended) {
        await subscriber.close();
        return;
      }
      this.#subscriber = subscriber;
      subscriber.answer(this.#request.localMedia, () =>
        this.#end({ outcome: 'hangup_far', reason: 'абонент повесил трубку' }),
      );
      this.#tell({ type: 'answered', remote: subscriber.local });
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      const reason =
        this.#request.farEnd?.audioFiles === undefined
          ? 'симулятор не смог ответить на звонок'
          : 'запись абонента не читается';
      this.#end({ outcome: 'error', reason, cause });
    }
  }

  async #script(who: Extract<NumberBehaviour, { kind: 'answers' }>): Promise<SubscriberScript> {
    const { phone, language, farEnd } = this.#request;
    if (farEnd?.audioFiles === undefined)
      return personaScript(this.#deps.lines, who.persona, language, phone);
    return recordedScript(
      await Promise.all(farEnd.audioFiles.map((file) => this.#deps.readRecording(file))),
      phone,
    );
  }

  #after(ms: number, then: () => void): void {
    this.#timer = this.#deps.clock.setTimeout(() => {
      if (!this.#ended) then();
    }, ms);
  }

  /** Tells the end once, and never from inside the call that asked for it. */
  #end(how: Ended): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#timer !== undefined) this.#deps.clock.clearTimeout(this.#timer);
    const freed = this.#free();
    queueMicrotask(() => {
      this.#tell({ type: 'ended', ...how });
      void freed.then(this.#leave);
    });
  }

  async #free(): Promise<void> {
    await this.#subscriber?.close();
    // Somebody may be on his way to the telephone: he finds the line dead and puts the receiver down.
    await this.#pickingUp;
  }
}

function behaviour({ phone, farEnd }: DialRequest): NumberBehaviour {
  if (farEnd?.persona !== undefined) return { kind: 'answers', persona: farEnd.persona };
  if (farEnd?.audioFiles !== undefined) return { kind: 'answers', persona: 'neutral' };
  return numberBehaviour(phone);
}
