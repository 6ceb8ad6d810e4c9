import { afterAll, describe, expect, it } from 'vitest';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { CallCompletedEvent } from '../schemas/webhook.ts';
import { testApp } from '../testing/test-app.ts';

const { app } = await testApp();
afterAll(() => app.close());

/** As much of OpenAPI 3.1 (§4.8) as our document uses, strictly. */
const Text = Type.String({ minLength: 2 });
const Schema = Type.Record(Type.String(), Type.Unknown());
const Content = Type.Record(Type.String(), Type.Object({ schema: Schema }, { additionalProperties: false }), {
  minProperties: 1,
});
const Parameter = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    in: Type.Enum(['path', 'query']),
    required: Type.Boolean(),
    schema: Schema,
    description: Text,
    examples: Type.Optional(Type.Unknown()),
    example: Type.Optional(Type.Unknown()),
  },
  { additionalProperties: false },
);
const Operation = Type.Object(
  {
    operationId: Text,
    summary: Text,
    description: Text,
    tags: Type.Array(Text, { minItems: 1 }),
    parameters: Type.Optional(Type.Array(Parameter)),
    requestBody: Type.Optional(
      Type.Object({ content: Content, required: Type.Literal(true) }, { additionalProperties: true }),
    ),
    responses: Type.Record(
      Type.String({ pattern: '^[1-5][0-9][0-9]$' }),
      Type.Object({ description: Text, content: Content }, { additionalProperties: false }),
    ),
    security: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Array(Type.String())))),
  },
  { additionalProperties: false },
);
const Document = Type.Object({
  openapi: Type.String({ pattern: String.raw`^3\.1\.\d+$` }),
  info: Type.Object({ title: Text, version: Text, description: Text }),
  tags: Type.Array(Type.Object({ name: Text, description: Text })),
  paths: Type.Record(
    Type.String({ pattern: '^/' }),
    Type.Record(Type.String({ pattern: '^(get|post)$' }), Operation, { additionalProperties: false }),
  ),
  webhooks: Type.Object({ 'call.completed': Type.Object({ post: Schema }) }, { additionalProperties: false }),
  components: Type.Object({ securitySchemes: Type.Object({ apiKey: Type.Unknown() }) }),
});

const answer = await app.inject({ url: '/docs/json' });
const document: unknown = answer.json();
if (!Value.Check(Document, document)) {
  throw new Error(`not an OpenAPI document: ${JSON.stringify(Value.Errors(Document, document).slice(0, 3))}`);
}
const operations = Object.entries(document.paths).flatMap(([path, byMethod]) =>
  Object.entries(byMethod).map(([method, operation]) => ({ name: `${method} ${path}`, path, operation })),
);

describe('the OpenAPI document', () => {
  it('has every route of the API and no other', () => {
    expect(operations.map(({ name }) => name).sort()).toEqual([
      'get /call/{id}',
      'get /call/{id}/events',
      'get /demo/about',
      'get /demo/analytics',
      'get /demo/analytics/details',
      'get /demo/interaction/{id}',
      'get /demo/interaction/{id}/timeline',
      'get /demo/interactions',
      'get /demo/phone',
      'get /demo/session/{id}',
      'get /demo/session/{id}/events',
      'get /demo/session/{id}/result',
      'get /guards',
      'get /healthz',
      'get /metrics',
      'get /ops/calls',
      'get /ops/calls/{id}/events',
      'get /ops/calls/{id}/listen',
      'get /ops/chart',
      'get /ops/events',
      'get /readyz',
      'get /recordings/{call_id}',
      'get /recordings/{call_id}/peaks',
      'get /telephony/audio/{call_id}',
      'get /telephony/audio/{call_id}/reply/{reply}',
      'get /telephony/events',
      'post /call',
      'post /demo/session',
      'post /ops/calls/{id}/hangup',
      'post /telegram/webhook',
      'post /telephony/audio',
      'post /telephony/events',
      'post /telephony/events/{kind}',
    ]);
  });

  it('has distinct operation ids, known tags and every path parameter described', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = document.tags.map((tag) => tag.name);
    for (const { name, path, operation } of operations) {
      expect(tags, name).toEqual(expect.arrayContaining(operation.tags));
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
      const described = (operation.parameters ?? [])
        .filter((one) => one.in === 'path')
        .map((one) => one.name);
      expect(described, name).toEqual(inPath);
      for (const parameter of operation.parameters ?? [])
        expect(parameter.required, name).toBe(parameter.in === 'path');
    }
  });

  it('asks for the key where the route does', () => {
    const keyed = operations.filter(({ operation }) => operation.security?.some((one) => 'apiKey' in one));
    expect(keyed.map(({ path }) => path).sort()).toEqual([
      '/call',
      '/call/{id}',
      '/call/{id}/events',
      '/guards',
      '/metrics',
      '/ops/calls',
      '/ops/calls/{id}/events',
      '/ops/calls/{id}/hangup',
      '/ops/calls/{id}/listen',
      '/ops/chart',
      '/ops/events',
      '/recordings/{call_id}',
      '/recordings/{call_id}/peaks',
    ]);
  });

  it('points at nothing outside itself and leaves no reference open', () => {
    expect(answer.body).not.toContain('"$ref"');
    expect(answer.body).not.toMatch(/https?:\/\//);
  });
});

describe('the webhook of the OpenAPI document', () => {
  it('has the body that is sent', () => {
    const { post } = document.webhooks['call.completed'];
    const { schema } = (post as { requestBody: { content: Record<string, { schema: object }> } }).requestBody
      .content['application/json']!;
    expect(schema).toEqual(JSON.parse(JSON.stringify(CallCompletedEvent)));
    expect(post).toMatchObject({ operationId: 'callCompleted', tags: ['Исходящие'] });
    expect(document.tags.map(({ name }) => name)).toContain('Исходящие');
  });
});

describe('the page at /docs', () => {
  it('loads from its own origin only', async () => {
    const page = await app.inject({ url: '/docs/' });
    expect(page.statusCode).toBe(200);
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|\*/);
    expect(page.body).not.toMatch(/(src|href)="(https?:)?\/\//);
    for (const [, url = ''] of page.body.matchAll(/(?:src|href)="\.?\/?([^"]+)"/g)) {
      const path = url.startsWith('docs/') ? `/${url}` : `/docs/${url}`;
      expect((await app.inject({ url: path })).statusCode, path).toBe(200);
    }
  });
});
