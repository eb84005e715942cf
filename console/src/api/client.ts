// SPDX-License-Identifier: Apache-2.0
import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from './schema.gen';

type Schemas = components['schemas'];
export type Organization = Schemas['Organization'];
export type Application = Schemas['Application'];
export type Certificate = Schemas['Certificate'];
export type Node = Schemas['Node'];
export type Ledger = Schemas['Ledger'];
export type Block = Schemas['Block'];
export type Transaction = Schemas['Transaction'];
export type Contract = Schemas['Contract'];
export type ContractFunction = Schemas['ContractFunction'];
export type CatalogueEntry = Schemas['CatalogueEntry'];
export type Operation = Schemas['Operation'];
export type Problem = Schemas['Problem'];
export type Call = Schemas['Call'];

/** ApiError is a problem that the platform answered, or that it did not answer at all. */
export class ApiError extends Error {
  readonly problem: Partial<Problem>;
  readonly status: number;
  constructor(problem: Partial<Problem>, status: number) {
    super(problem.detail ?? 'no answer');
    this.problem = problem;
    this.status = status;
  }
}

const guard: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET') {
      request.headers.set('X-B4A-CSRF', '1');
      if (!request.headers.has('Idempotency-Key')) request.headers.set('Idempotency-Key', crypto.randomUUID());
    }
    return request;
  },
};

export const api = createClient<paths>({ baseUrl: '/api/v1', credentials: 'same-origin' });
api.use(guard);

/** unwrap gives the data of an answer, or throws its problem. */
export async function unwrap<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await answer;
  if (!response.ok) throw new ApiError((error ?? {}) as Partial<Problem>, response.status);
  return data as T;
}
