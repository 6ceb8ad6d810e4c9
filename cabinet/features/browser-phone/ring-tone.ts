/** Russia's ringing tone (ITU-T E.180): 425 Hz, a second on, four off; shortened, since nobody wants to wait for it. */
const TONE_HZ = 425;
const ON_SEC = 0.9;
const EVERY_SEC = 2.6;
const LOUDNESS = 0.06;

/** Rings quietly until it is stopped; never throws where sound is not allowed. */
export function startRinging(): () => void {
  const context = new AudioContext();
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = TONE_HZ;
  volume.gain.value = 0;
  tone.connect(volume).connect(context.destination);
  tone.start();
  // Half a minute of rings, planned ahead on the sound's own clock.
  for (let ring = 0; ring < 20; ring += 1) {
    const at = context.currentTime + 0.1 + ring * EVERY_SEC;
    volume.gain.setTargetAtTime(LOUDNESS, at, 0.02);
    volume.gain.setTargetAtTime(0, at + ON_SEC, 0.05);
  }
  void context.resume().catch(() => undefined);
  return () => {
    if (context.state !== 'closed') void context.close();
  };
}
