import { describe, expect, it, vi } from 'vitest';
import { closeMicrophone, openMicrophone } from './microphone.ts';

describe('openMicrophone', () => {
  it.each([
    ['NotAllowedError', 'denied'],
    ['SecurityError', 'denied'],
    ['NotFoundError', 'missing'],
    ['NotReadableError', 'busy'],
    ['TypeError', 'unsupported'],
  ])('says what %s means: %s', async (name, trouble) => {
    const getUserMedia = () => Promise.reject(new DOMException('', name));
    await expect(openMicrophone({ getUserMedia })).rejects.toMatchObject({ trouble });
  });

  it('asks for one channel without echo', async () => {
    const getUserMedia = vi.fn(() => Promise.resolve({} as MediaStream));
    await openMicrophone({ getUserMedia });
    expect(getUserMedia).toHaveBeenCalledWith({
      audio: expect.objectContaining({ echoCancellation: true, channelCount: 1 }) as unknown,
    });
  });

  it('knows a page that browsers give no microphone from a browser that has none', async () => {
    vi.stubGlobal('navigator', {});
    vi.stubGlobal('isSecureContext', false);
    await expect(openMicrophone()).rejects.toMatchObject({ trouble: 'insecure' });
    vi.stubGlobal('isSecureContext', true);
    await expect(openMicrophone()).rejects.toMatchObject({ trouble: 'unsupported' });
    vi.unstubAllGlobals();
  });
});

describe('closeMicrophone', () => {
  it('stops every track, and minds no microphone that never was', () => {
    const stop = vi.fn();
    closeMicrophone({ getTracks: () => [{ stop }, { stop }] } as unknown as MediaStream);
    closeMicrophone(undefined);
    expect(stop).toHaveBeenCalledTimes(2);
  });
});
