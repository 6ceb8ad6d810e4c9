import { recordingsContract } from './media-contracts.ts';
import { MemoryRecordings } from './memory-recordings.ts';

recordingsContract('MemoryRecordings', () => {
  const recordings = new MemoryRecordings();
  return Promise.resolve({ recordings, read: (file) => Promise.resolve(recordings.file(file)!) });
});
