import type { PersonaName } from '../../contract/call-plan.ts';
import {
  courseOf,
  openSubscriber,
  type CallCourse,
  type RingEnd,
  type SwitchboardDeps,
} from '../../far-end/switchboard.ts';
import type { VirtualSubscriber } from '../../far-end/virtual-subscriber.ts';
import type { TimerHandle } from '../../ports/clock.ts';
import type { DialRequest, Line, LineEvent, Telephony } from '../../ports/telephony.ts';
import { NO_SIGN_OF_LIFE, NOT_ANSWERED, REFUSED, type Ended } from './outcomes.ts';

/**
 * Telephony without a network: the number decides who answers (personas.ts), and the person's voice comes over real
 * RTP from a socket of his own. Signalling is simulated, media are not; it says so itself (`simulated`).
 */
export function createSimulator(deps: SwitchboardDeps): Telephony {
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
  readonly #deps: SwitchboardDeps;
  readonly #request: DialRequest;
  readonly #tell: (event: LineEvent) => void;
  #subscriber: VirtualSubscriber | undefined;
  #pickingUp: Promise<void> | undefined;
  #timer: TimerHandle | undefined;
  #ended = false;
  #leave: () => void = () => undefined;

  constructor(deps: SwitchboardDeps, request: DialRequest, tell: (event: LineEvent) => void) {
    this.#deps = deps;
    this.#request = request;
    this.#tell = tell;
    this.gone = new Promise((resolve) => (this.#leave = resolve));
    this.#follow(courseOf(request));
  }

  hangup(): void {
    this.#end({ outcome: 'hangup_near', reason: 'разговор завершён' });
  }

  refuse(): void {
    this.#end({ outcome: 'error', reason: 'симулятор выключен', cause: 'the simulator is closed' });
  }

  #follow(course: CallCourse): void {
    switch (course.kind) {
      case 'refused':
        return this.#after(course.afterMs, () => this.#end(REFUSED[course.sip]));
      case 'dead':
        return this.#after(this.#request.ringTimeoutMs, () => this.#end(NO_SIGN_OF_LIFE));
      case 'rings':
        return this.#after(course.ringsAfterMs, () => {
          this.#tell({ type: 'ringing' });
          if (!this.#ended) this.#ring(course.then);
        });
    }
  }

  /** The simulated network never loses patience before the caller does: he may hear it ring for as long as he likes. */
  #ring(then: RingEnd): void {
    const { ringTimeoutMs } = this.#request;
    if (then.kind === 'answered' && then.afterMs < ringTimeoutMs) {
      this.#after(then.afterMs, () => {
        this.#pickingUp = this.#pickUp(then.persona);
      });
    } else this.#after(ringTimeoutMs, () => this.#end(NOT_ANSWERED));
  }

  async #pickUp(persona: PersonaName): Promise<void> {
    try {
      const subscriber = await openSubscriber(this.#deps, this.#request, persona);
      if (this.#ended) {
        await subscriber.close();
        return;
      }
      this.#subscriber = subscriber;
      subscriber.answer(
        this.#request.localMedia,
        () => this.#end({ outcome: 'hangup_far', reason: 'абонент повесил трубку' }),
        (digit) => this.#tell({ type: 'dtmf', digit }),
      );
      this.#tell({ type: 'answered', remote: subscriber.local });
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      const reason =
        this.#request.farEnd?.audioFiles === undefined && this.#request.farEnd?.steps === undefined
          ? 'симулятор не смог ответить на звонок'
          : 'запись абонента не читается';
      this.#end({ outcome: 'error', reason, cause });
    }
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
