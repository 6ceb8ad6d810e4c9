/** The package ships no types. Only what resampler.ts calls is declared; pointers are byte offsets into the heap. */
declare module '@echogarden/speex-resampler-wasm' {
  export interface SpeexModule {
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    _speex_resampler_init(
      channels: number,
      fromHz: number,
      toHz: number,
      quality: number,
      error: number,
    ): number;
    _speex_resampler_destroy(state: number): void;
    _speex_resampler_skip_zeros(state: number): number;
    _speex_resampler_get_input_latency(state: number): number;
    _speex_resampler_process_int(
      state: number,
      channel: number,
      input: number,
      inputLength: number,
      output: number,
      outputLength: number,
    ): number;
    /** Replaced whenever the heap grows: read them anew on each use. */
    readonly HEAP16: Int16Array;
    readonly HEAP32: Int32Array;
    readonly HEAPU32: Uint32Array;
  }
  export default function load(): Promise<SpeexModule>;
}
