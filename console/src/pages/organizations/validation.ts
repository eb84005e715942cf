// SPDX-License-Identifier: Apache-2.0

/** The API's rules, so that mistakes show before anything is sent; the platform checks again. */
export const isOrganizationId = (id: string): boolean => /^[a-z][a-z0-9-]{0,29}[a-z0-9]$/.test(id);

export const isApplicationName = (name: string): boolean => /^[a-z][a-z0-9-]{0,38}[a-z0-9]$/.test(name);

export const isCommonName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9 ._@-]{0,63}$/.test(name);

/** An identifier made of a name: "Bizkaiko Foru Aldundia" gives "bizkaiko-foru-aldundia". */
export function suggestId(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 31)
    .replace(/-+$/, '');
}

/** Attributes written one a line as name=value; undefined when a line is not so. */
export function parseAttributes(text: string): Record<string, string> | undefined {
  const found: Record<string, string> = {};
  for (const line of text.split('\n').map((l) => l.trim()).filter(Boolean)) {
    const at = line.indexOf('=');
    if (at < 1) return undefined;
    found[line.slice(0, at).trim()] = line.slice(at + 1).trim();
  }
  return found;
}
