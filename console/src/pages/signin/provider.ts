// SPDX-License-Identifier: Apache-2.0

import { list } from '../../api/client';
import type { SignInProvider } from '../../api/signin';

/** A provider as its form holds it: lists and maps are text. */
export interface ProviderValues {
  id: string;
  kind: SignInProvider['kind'];
  nameEu: string;
  nameEs: string;
  nameEn: string;
  issuer: string;
  authorizeUrl: string;
  tokenUrl: string;
  userinfoUrl: string;
  clientId: string;
  clientAuth: SignInProvider['clientAuth'];
  clientSecret: string;
  clientSecretFile: string;
  /** Separated by spaces. */
  scopes: string;
  /** NAME=value, one a line. */
  parameters: string;
  /** ui_locales by language, LANGUAGE=locale, one a line. */
  locales: string;
  /** NAME=field, one a line: subject, name, email, emailVerified, identifier. */
  fields: string;
  trustEmail: boolean;
}

/** What a new provider begins with. Giltza's are those of its integration manual and of published integrations. */
export const templates = {
  oidc: { id: '', kind: 'oidc', names: {}, clientId: '', clientAuth: 'basic', scopes: ['email', 'profile'] },
  giltza: {
    id: 'giltza',
    kind: 'oauth2',
    names: { eu: 'Giltza', es: 'Giltza', en: 'Giltza' },
    clientId: '',
    clientAuth: 'basic',
    authorizeUrl: 'https://eidas.izenpe.com/trustedx-authserver/oauth/izenpe',
    tokenUrl: 'https://eidas.izenpe.com/trustedx-authserver/oauth/izenpe/token',
    userinfoUrl: 'https://eidas.izenpe.com/trustedx-resources/openid/v1/users/me',
    scopes: ['urn:izenpe:identity:global'],
    parameters: { acr_values: 'urn:safelayer:tws:policies:authentication:level:medium', prompt: 'login' },
    locales: { eu: 'eu', es: 'es', en: 'en' },
    fields: { subject: 'sub', name: 'name', email: 'email' },
  },
  oauth2: { id: '', kind: 'oauth2', names: {}, clientId: '', clientAuth: 'basic', scopes: [], fields: { subject: 'sub' } },
} as const satisfies Record<string, Omit<SignInProvider, 'scopes'> & { scopes: readonly string[] }>;

export type Template = keyof typeof templates;

const lines = (map: Readonly<Record<string, string | undefined>> | undefined): string =>
  Object.entries(map ?? {})
    .flatMap(([name, value]) => (value ? [`${name}=${value}`] : []))
    .join('\n');

/** Lines of NAME=value as a map; undefined when a line is something else or a name stands twice. */
export function parseLines(text: string, names?: readonly string[]): Record<string, string> | undefined {
  const found: Record<string, string> = {};
  for (const line of text.split('\n').map((l) => l.trim()).filter(Boolean)) {
    const at = line.indexOf('=');
    const [name, value] = [line.slice(0, Math.max(at, 0)).trim(), line.slice(at + 1).trim()];
    if (!name || !value || Object.hasOwn(found, name) || (names && !names.includes(name))) return undefined;
    found[name] = value;
  }
  return found;
}

export const fieldNames = ['subject', 'name', 'email', 'emailVerified', 'identifier'] as const;
export const localeNames = ['eu', 'es', 'en'] as const;

export function valuesOf(p: Omit<SignInProvider, 'scopes'> & { readonly scopes?: readonly string[] | null }): ProviderValues {
  return {
    id: p.id,
    kind: p.kind,
    nameEu: p.names.eu ?? '',
    nameEs: p.names.es ?? '',
    nameEn: p.names.en ?? '',
    issuer: p.issuer ?? '',
    authorizeUrl: p.authorizeUrl ?? '',
    tokenUrl: p.tokenUrl ?? '',
    userinfoUrl: p.userinfoUrl ?? '',
    clientId: p.clientId,
    clientAuth: p.clientAuth,
    clientSecret: '',
    clientSecretFile: p.clientSecretFile ?? '',
    scopes: list(p.scopes).join(' '),
    parameters: lines(p.parameters),
    locales: lines(p.locales),
    fields: lines(p.fields),
    trustEmail: p.trustEmail ?? false,
  };
}

/** The provider of a form without complaints. What belongs to the other kind is left out. */
export function providerOf(v: ProviderValues): SignInProvider {
  const names = { eu: v.nameEu.trim(), es: v.nameEs.trim(), en: v.nameEn.trim() };
  const addresses =
    v.kind === 'oidc'
      ? { issuer: v.issuer.trim() }
      : { authorizeUrl: v.authorizeUrl.trim(), tokenUrl: v.tokenUrl.trim(), userinfoUrl: v.userinfoUrl.trim() };
  const secret = v.clientAuth === 'none' ? {} : { clientSecret: v.clientSecret, clientSecretFile: v.clientSecretFile.trim() };
  return {
    id: v.id,
    kind: v.kind,
    names: Object.fromEntries(Object.entries(names).filter(([, name]) => name)),
    ...addresses,
    clientId: v.clientId.trim(),
    clientAuth: v.clientAuth,
    ...Object.fromEntries(Object.entries(secret).filter(([, value]) => value)),
    scopes: v.scopes.split(/\s+/).filter(Boolean),
    parameters: parseLines(v.parameters) ?? {},
    locales: parseLines(v.locales) ?? {},
    fields: parseLines(v.fields) ?? {},
    trustEmail: v.trustEmail,
  };
}

/** Whether people and secrets may be sent to an address: https, or http of this machine; no query and no fragment. */
export function isAddress(text: string): boolean {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return false;
  }
  const local = ['localhost', '[::1]'].includes(url.hostname) || /^127(\.\d+){3}$/.test(url.hostname);
  return (url.protocol === 'https:' || (url.protocol === 'http:' && local)) && !url.username && !url.search && !url.hash;
}

/** Where a provider sends browsers back to: what is registered there. */
export const callbackOf = (id: string): string => `${location.origin}/api/v1/signin/${id || 'ID'}/callback`;
