import type { Dictionary } from '../dictionary.ts';

export const browserPhone: Dictionary = {};
