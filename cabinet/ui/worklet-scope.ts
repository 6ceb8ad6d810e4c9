/** What of AudioWorkletGlobalScope is used here (Web Audio API §1.32); TypeScript's DOM library has only the page's side. */
export interface Processor {
  readonly port: MessagePort;
}

export interface WorkletScope {
  readonly sampleRate: number;
  readonly AudioWorkletProcessor: new () => Processor;
  registerProcessor(
    name: string,
    processor: new () => Processor & {
      /** True keeps it alive. Blocks have 128 samples. */
      process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean;
    },
  ): void;
}

export const scope = globalThis as unknown as WorkletScope;
