// SPDX-License-Identifier: Apache-2.0

import { Alert, Button, Card, CardBody, CardTitle } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

import type { Account, Identity } from '../../api/account';
import { list } from '../../api/client';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { Moment } from '../../components/Moment';
import { ProblemAlert } from '../../components/ProblemAlert';
import { StateLabel } from '../../components/StateLabel';
import { useProblemWords } from '../../components/useProblemWords';
import { useLinkIdentity, useUnlinkIdentity } from '../../queries/account';
import { useSignInMethods } from '../../queries/signin';
import { providerName } from '../session/Elsewhere';

interface Way {
  readonly id: string;
  readonly name: string;
}

/** The accounts elsewhere, and certificates, that are offered for signing in. */
function useOffered(): Way[] {
  const { t, i18n } = useTranslation();
  const { data } = useSignInMethods();
  if (!data) return [];
  const providers = list(data.providers).map((p) => ({ id: p.id, name: providerName(p.names, p.id, i18n.language) }));
  return data.clientCertificate ? [...providers, { id: 'clientcert', name: t('ways.certificate') }] : providers;
}

/** How one signs in besides the password: what is linked, what can be, and what became of linking. */
export function SignInWays({ account: a }: { account: Account }) {
  const { t } = useTranslation();
  const offered = useOffered();
  const link = useLinkIdentity();
  const [leaving, setLeaving] = useState<Identity>();
  const identities = list(a.identities);
  const nameOf = (provider: string) => offered.find((w) => w.id === provider)?.name ?? provider;
  if (offered.length === 0 && identities.length === 0) return null;
  return (
    <Card isCompact>
      <CardTitle component="h2">{t('ways.title')}</CardTitle>
      <CardBody className="b4a-stack">
        <p>{t('ways.body')}</p>
        <Outcome nameOf={nameOf} />
        {link.error ? <ProblemAlert error={link.error} title={t('ways.linkFailed')} /> : null}
        {identities.length > 0 && (
          <ul className="b4a-plain-list b4a-stack">
            {identities.map((i) => (
              <li key={i.id}>
                <Linked of={i} name={nameOf(i.provider)} onUnlink={() => setLeaving(i)} />
              </li>
            ))}
          </ul>
        )}
        <div className="b4a-buttons">
          {offered.map((w) => (
            <Button key={w.id} variant="secondary" isDisabled={link.isPending} onClick={() => link.mutate(w.id, { onSuccess: (to) => location.assign(to) })}>
              {t('ways.link', { name: w.name })}
            </Button>
          ))}
        </div>
      </CardBody>
      {leaving && <UnlinkDialog identity={leaving} name={nameOf(leaving.provider)} onClose={() => setLeaving(undefined)} />}
    </Card>
  );
}

/** Tells with what the browser came back from elsewhere. */
function Outcome({ nameOf }: { nameOf: (provider: string) => string }) {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const words = useProblemWords();
  const [linked, code] = [search.get('linked'), search.get('problem')];
  if (linked) return <Alert variant="success" isInline component="p" role="status" title={t('ways.linked', { name: nameOf(linked) })} />;
  if (!code) return null;
  return (
    <Alert variant="danger" isInline component="p" role="alert" title={t('ways.linkFailed')}>
      <p>{(Object.hasOwn(words, code) ? words[code] : undefined) ?? t('why.unknown')}</p>
      <p className="b4a-quiet">
        {t('problem.code')} <code className="b4a-break">{code}</code>
      </p>
    </Alert>
  );
}

function Linked({ of: i, name, onUnlink }: { of: Identity; name: string; onUnlink: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      <strong>{name}</strong> <code className="b4a-break">{i.subject}</code>{' '}
      {i.last ? (
        <span className="b4a-quiet">{t('ways.last')}</span>
      ) : (
        <Button variant="link" isInline isDanger aria-label={t('ways.unlinkOf', { name })} onClick={onUnlink}>
          {t('ways.unlink')}
        </Button>
      )}
      {list(i.certificates).map((c) => (
        <div key={c.fingerprint} className="b4a-quiet b4a-break">
          {c.subject} · <Moment time={c.notAfter} /> {c.state === 'revoked' && <StateLabel tone="bad">{t('certificateStatus.revoked')}</StateLabel>}
          {c.state === 'held' && <StateLabel tone="warning">{t('certificateStatus.held')}</StateLabel>}
        </div>
      ))}
    </>
  );
}

function UnlinkDialog({ identity, name, onClose }: { identity: Identity; name: string; onClose: () => void }) {
  const { t } = useTranslation();
  const unlink = useUnlinkIdentity();
  return (
    <ConfirmDialog
      id="unlink"
      title={t('ways.unlinkTitle', { name })}
      action={t('ways.unlink')}
      danger
      send={unlink}
      errorTitle={t('ways.unlinkFailed')}
      onConfirm={() => unlink.mutate(identity.id, { onSuccess: onClose })}
      onClose={onClose}
    >
      {t('ways.unlinkBody')}
    </ConfirmDialog>
  );
}
