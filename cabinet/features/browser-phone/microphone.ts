/** Why there is no microphone. */
export type MicrophoneTrouble = 'denied' | 'missing' | 'busy' | 'insecure' | 'unsupported';

export class MicrophoneError extends Error {
  readonly trouble: MicrophoneTrouble;
  constructor(trouble: MicrophoneTrouble, options?: ErrorOptions) {
    super(`no microphone: ${trouble}`, options);
    this.name = 'MicrophoneError';
    this.trouble = trouble;
  }
}

/** Asks the visitor for the microphone. Rejects with MicrophoneError. Whoever opens it closes it. */
export async function openMicrophone(
  devices: Pick<MediaDevices, 'getUserMedia'> | undefined = (navigator as Partial<Navigator>).mediaDevices,
): Promise<MediaStream> {
  // Browsers hide it on http: of other machines (Secure Contexts, W3C).
  if (devices === undefined) throw new MicrophoneError(isSecureContext ? 'unsupported' : 'insecure');
  try {
    return await devices.getUserMedia({
      audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
    });
  } catch (cause) {
    throw new MicrophoneError(troubleOf(cause), { cause });
  }
}

export function closeMicrophone(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** Names of getUserMedia's errors (Media Capture and Streams §10.2). */
function troubleOf(cause: unknown): MicrophoneTrouble {
  switch (cause instanceof DOMException || cause instanceof Error ? cause.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'unsupported';
  }
}
