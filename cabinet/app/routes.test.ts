import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyticsHref, parseRoute, statusHref, type Route } from './routes.ts';

describe('routes', () => {
  it.each<[string, Route]>([
    ['', { screen: 'start' }],
    ['#', { screen: 'start' }],
    ['#/', { screen: 'start' }],
    ['#/status/abc', { screen: 'status', sessionId: 'abc' }],
    ['#/status', { screen: 'not-found' }],
    ['#/status/a/b', { screen: 'not-found' }],
    ['#/status/%E0%A4%A', { screen: 'not-found' }],
    ['#/analytics', { screen: 'analytics', sessionId: null, open: null, filters: '' }],
    [
      '#/analytics?call=demo-call-1',
      { screen: 'analytics', sessionId: null, open: { kind: 'call', id: 'demo-call-1' }, filters: '' },
    ],
    [
      '#/analytics?session=s&chat=c',
      { screen: 'analytics', sessionId: 's', open: { kind: 'chat', id: 'c' }, filters: '' },
    ],
    ['#/analytics?session=&call=', { screen: 'analytics', sessionId: null, open: null, filters: '' }],
    [
      '#/analytics?type=call&session=s&q=a+b',
      { screen: 'analytics', sessionId: 's', open: null, filters: 'type=call&q=a+b' },
    ],
    ['#/ops', { screen: 'ops', callId: null }],
    ['#/ops/abc', { screen: 'ops', callId: 'abc' }],
    ['#/ops/a/b', { screen: 'not-found' }],
    ['#/nowhere', { screen: 'not-found' }],
  ])('reads %j', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
  });

  it('reads back what it writes, whatever the ids are', () => {
    const id = fc.string({ minLength: 1, unit: 'grapheme' });
    fc.assert(
      fc.property(id, fc.constantFrom('call' as const, 'chat' as const), id, (sessionId, kind, openId) => {
        const status: Route = { screen: 'status', sessionId };
        expect(parseRoute(statusHref(sessionId))).toEqual(status);
        const filters = 'type=chat&q=' + encodeURIComponent(kind);
        const analytics: Route = { screen: 'analytics', sessionId, open: { kind, id: openId }, filters };
        expect(parseRoute(analyticsHref(sessionId, { kind, id: openId }, filters))).toEqual(analytics);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (hash) => parseRoute(`#/${hash}`).screen.length > 0));
  });

  it('writes short addresses', () => {
    expect(statusHref('a')).toBe('#/status/a');
    expect(analyticsHref(null)).toBe('#/analytics');
  });
});
