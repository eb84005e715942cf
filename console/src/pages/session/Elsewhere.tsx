// SPDX-License-Identifier: Apache-2.0

import { Button } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import type { SignInMethods } from '../../api/signin';
import { list } from '../../api/client';

/** Where a browser goes to sign in at a provider, and comes back to. */
export function providerUrl(url: string, from: string, language: string): string {
  const path = from.split('#')[0] ?? '/';
  return `${url}?${new URLSearchParams({ return: path, lang: language }).toString()}`;
}

/** A provider's name in the person's language, else in one that there is, else its ID. */
export function providerName(names: Readonly<Record<string, string>>, id: string, language: string): string {
  return names[language] ?? names.eu ?? names.es ?? names.en ?? id;
}

/** Buttons that lead to other systems, and to the sign-in with a certificate. */
export function Elsewhere({ methods, from }: { methods: SignInMethods; from: string }) {
  const { t, i18n } = useTranslation();
  const ways = list(methods.providers).map((p) => ({
    id: p.id,
    url: p.url,
    label: t('signIn.with', { name: providerName(p.names, p.id, i18n.language) }),
  }));
  if (methods.clientCertificate) {
    ways.push({ id: 'clientcert', url: methods.clientCertificate, label: t('signIn.withCertificate') });
  }
  if (ways.length === 0) return null;
  return (
    <div className="b4a-stack">
      {ways.map((w) => (
        <Button key={w.id} variant="secondary" component="a" isBlock href={providerUrl(w.url, from, i18n.language)}>
          {w.label}
        </Button>
      ))}
    </div>
  );
}
