/** One window's verdict. Windows follow each other without gap or overlap, from the first sample on. */
export interface VadFrame {
  /** The sample after the window's last, counted from the first sample ever pushed (8 kHz). */
  readonly endSample: number;
  /** 0…1: how sure the detector is that a voice is in the window. */
  readonly probability: number;
}

/** Voice activity detection on one direction of one call: mono, 8 kHz, synchronous. */
export interface Vad {
  /** Takes any number of samples and tells of every window they completed, oldest first; often of none. */
  push(samples: Int16Array): readonly VadFrame[];
  /** Forgets all: the next sample pushed is number 0 of a new stream. */
  reset(): void;
}
