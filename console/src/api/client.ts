// SPDX-License-Identifier: Apache-2.0

import createClient, { type Middleware } from 'openapi-fetch';

import type { components, paths } from './schema.gen';

export type Schemas = components['schemas'];
export type Problem = Schemas['Problem'];

/** Where the API lives; EventSource and downloads need it as text. */
export const base = '/api/v1';

/** What the platform answered instead of what was asked for, or that it did not answer (status 0, code network). */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

let bearer = '';

/** Sends an API token with every request from now on. It is kept in memory only: a reload forgets it. */
export function keepBearer(token: string): void {
  bearer = token;
}

export const hasBearer = (): boolean => bearer !== '';

const headers: Middleware = {
  onRequest({ request }) {
    if (bearer) request.headers.set('Authorization', `Bearer ${bearer}`);
    if (request.method !== 'GET') request.headers.set('X-B4A-CSRF', '1');
    return request;
  },
};

export const http = createClient<paths>({
  baseUrl: location.origin + base,
  fetch: (request) => globalThis.fetch(request),
});
http.use(headers);

/** The header of a write that may be repeated: one key for each action of the person. */
export const once = (key: string) => ({ headers: { 'Idempotency-Key': key } });

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'detail' in value && 'status' in value;
}

export function problemOf(error: unknown, response?: Response): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (isProblem(error)) {
    const requestId = error.requestId ?? response?.headers.get('X-Request-Id') ?? undefined;
    return { ...error, requestId };
  }
  const status = response?.status ?? 0;
  const detail = error instanceof Error ? error.message : '';
  return { type: 'about:blank', title: '', status, code: status === 0 ? 'network' : 'unexpected', detail };
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Gives what a request answered, or throws a ProblemError. */
export async function answer<T>(request: Promise<Answer<T>>): Promise<T> {
  let got: Answer<T>;
  try {
    got = await request;
  } catch (error) {
    throw new ProblemError(problemOf(error));
  }
  if (!got.response.ok) throw new ProblemError(problemOf(got.error, got.response));
  return got.data as T;
}

/** Downloads a file with the session's rights; gives it with its name. */
export async function download(path: string, fallbackName: string): Promise<{ blob: Blob; name: string }> {
  let response: Response;
  try {
    response = await fetch(base + path, bearer ? { headers: { Authorization: `Bearer ${bearer}` } } : {});
  } catch (error) {
    throw new ProblemError(problemOf(error));
  }
  if (!response.ok) {
    const body: unknown = await response.json().catch(() => undefined);
    throw new ProblemError(problemOf(body, response));
  }
  const name = /filename="?([^";]+)"?/.exec(response.headers.get('Content-Disposition') ?? '')?.[1];
  return { blob: await response.blob(), name: name ?? fallbackName };
}

/** One page of a list; `next` is the cursor of the following one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/** The API writes an empty list as an empty array, but its description allows null. */
export const list = <T>(items: readonly T[] | null | undefined): readonly T[] => items ?? [];

export async function page<T>(request: Promise<Answer<{ items: T[] | null; next?: string }>>): Promise<Page<T>> {
  const got = await answer(request);
  return { items: list(got.items), next: got.next };
}
