// SPDX-License-Identifier: Apache-2.0

import { problemOf, type Problem } from '../api/client';

/** Complaints of a problem about fields of the request's body, by field: "body.name" is the field "name". */
export function fieldProblems(error: unknown): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { location, message } of problemOf(error).errors ?? []) {
    const field = location?.startsWith('body.') ? location.slice('body.'.length) : undefined;
    if (field && !(field in found)) found[field] = message;
  }
  return found;
}

/** The contract's own code in a contract_error, where it gave one. */
export function contractCode(problem: Problem): string | undefined {
  return problem.errors?.find((e) => e.location === 'contract')?.message;
}

/** The codes of such complaints, by field; without a code, the complaint itself. */
export function fieldCodes(error: unknown): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { location, code, message } of problemOf(error).errors ?? []) {
    const field = location?.startsWith('body.') ? location.slice('body.'.length) : undefined;
    if (field && !(field in found)) found[field] = code ?? message;
  }
  return found;
}

/** Complaints about parts of one object of a request, by part: "providers[0].issuer" is the part "issuer" of "providers[0]". */
export function complaintsAt(error: unknown, object: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { location, message } of problemOf(error).errors ?? []) {
    const at = location?.indexOf(`${object}.`) ?? -1;
    if (location && at >= 0) found[location.slice(at + object.length + 1)] ??= message;
  }
  return found;
}
