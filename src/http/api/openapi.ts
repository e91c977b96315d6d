import { z } from 'zod';
import { languageCodes } from '../../languages/languages.ts';
import { problem, type Route, routes } from './contract.ts';

type Schema = Record<string, unknown>;

/**
 * The API as an OpenAPI 3.1 document, made of the same routes that are served. Kept instead of fastify-type-provider-zod
 * with @fastify/swagger: the console and the commands take types and schemas from the route objects, which would then be described twice.
 */
export function openApi(version: string): Schema {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, route] of Object.entries<Route>(routes)) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Stagepost',
      version,
      description:
        'Times are milliseconds since 1970. With the session cookie, everything but GET needs the header ' +
        '`x-stagepost: console` and the Origin of Stagepost’s own address.',
    },
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'stagepost_session' },
      },
      schemas: { Problem: schemaOf(problem, 'output') },
    },
    paths,
  };
}

/** Of routes whose answer has sentences for readers. */
const ACCEPT_LANGUAGE: Schema = {
  name: 'accept-language',
  in: 'header',
  required: false,
  description: `The language of the sentences: ${languageCodes.join(', ')}; else English. \`Content-Language\` says which it is.`,
  schema: { type: 'string' },
};

function operation(name: string, route: Route): Schema {
  const { tag, summary, role, params, query, body, answer, stream, speaks } = route;
  const type = stream ? 'text/event-stream' : 'application/json';
  return {
    operationId: name,
    tags: [tag],
    summary,
    description: role === 'anyone' ? 'For anyone.' : `For the role "${role}" and above.`,
    security: role === 'anyone' ? [] : [{ token: [] }, { session: [] }],
    parameters: [
      ...parametersOf(params, 'path'),
      ...parametersOf(query, 'query'),
      ...(speaks ? [ACCEPT_LANGUAGE] : []),
    ],
    ...(body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(body, 'input') } },
          },
        }
      : {}),
    responses: {
      200: { description: 'Done.', content: { [type]: { schema: schemaOf(answer, 'output') } } },
      default: {
        description: 'Why not, in words.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query'): Schema[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, Schema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Schema {
  const { $schema: _, ...made } = z.toJSONSchema(schema, { io, unrepresentable: 'any', cycles: 'ref' });
  return made;
}
