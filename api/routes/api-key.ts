import type { FastifyRequest } from 'fastify';
import { ApiError } from '../errors.ts';
import { showsSecret } from './secret-header.ts';

/** A hook for `onRequest`: refuses a request without the right X-API-Key before its body is read. */
export function requireApiKey(apiKey: string): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    if (!hasApiKey(request, apiKey)) throw new ApiError('UNAUTHORIZED');
  };
}

/** Compares in constant time, whatever the lengths. */
export function hasApiKey(request: FastifyRequest, apiKey: string): boolean {
  return showsSecret(request, 'x-api-key', apiKey);
}
