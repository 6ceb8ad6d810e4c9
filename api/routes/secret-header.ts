import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

/** True when the header (its name in small letters) holds the secret. In constant time, whatever the lengths. */
export function showsSecret(request: FastifyRequest, header: string, secret: string): boolean {
  const given = request.headers[header];
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(secret));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
