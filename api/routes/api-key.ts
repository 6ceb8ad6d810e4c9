import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../errors.ts';

/** A hook for `onRequest`: refuses a request without the right X-API-Key before its body is read. */
export function requireApiKey(apiKey: string): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    if (!hasApiKey(request, apiKey)) throw new ApiError('UNAUTHORIZED');
  };
}

/** Compares in constant time, whatever the lengths. */
export function hasApiKey(request: FastifyRequest, apiKey: string): boolean {
  const given = request.headers['x-api-key'];
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(apiKey));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
