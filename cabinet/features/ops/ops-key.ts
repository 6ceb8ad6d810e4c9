const KEY = 'halo.ops-key';

/** The key of this tab: it opens what people say, so no other tab and no later day has it. Never throws. */
export const opsKey = {
  read(): string | null {
    try {
      return sessionStorage.getItem(KEY);
    } catch {
      return null;
    }
  },
  keep(key: string | null): void {
    try {
      if (key === null) sessionStorage.removeItem(KEY);
      else sessionStorage.setItem(KEY, key);
    } catch {
      // It is asked for again after a reload.
    }
  },
};
