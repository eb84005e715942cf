// SPDX-License-Identifier: Apache-2.0

import { Alert, Button, Title } from '@patternfly/react-core';
import TrashIcon from '@patternfly/react-icons/dist/esm/icons/trash-icon';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Certificate } from '../../api/organizations';
import { can } from '../../app/scopes';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { CopyButton } from '../../components/CopyButton';
import { DataTable } from '../../components/DataTable';
import { Effects } from '../../components/Effects';
import { IconButton } from '../../components/IconButton';
import { Identifier } from '../../components/Identifier';
import { Moment } from '../../components/Moment';
import { ProblemAlert } from '../../components/ProblemAlert';
import { CertificateStatusLabel, StateLabel } from '../../components/StateLabel';
import type { DeviceKey } from '../../device/keys';
import { useNow } from '../../hooks/useNow';
import { useDeviceKeys, useForgetKey, type ObservedKey } from '../../queries/device';
import { usePrincipal } from '../../queries/session';
import { EnrolDialog } from './EnrolDialog';

/** The keys for an organization that this browser keeps, and how to get one. */
export function DeviceKeys({ organization }: { organization: string }) {
  const { t } = useTranslation();
  const query = useDeviceKeys(organization);
  const issues = can(usePrincipal(), 'certificate.issue', organization);
  const [enrolling, setEnrolling] = useState(false);
  const [forgetting, setForgetting] = useState<DeviceKey>();
  const found = query.data ?? [];
  if (!issues && found.length === 0) return null;
  return (
    <section className="b4a-section" aria-labelledby="device-keys">
      <div className="b4a-section-head">
        <Title id="device-keys" headingLevel="h2" size="lg">
          {t('device.title')}
        </Title>
        {issues && (
          <Button variant="secondary" isDisabled={!isSecureContext} onClick={() => setEnrolling(true)}>
            {t('enrol.title')}
          </Button>
        )}
      </div>
      {!isSecureContext && <Alert variant="warning" isInline component="p" title={t('device.insecure')} />}
      {query.error && <ProblemAlert error={query.error} title={t('problem.load', { what: t('device.title') })} />}
      {found.length === 0 ? (
        <p className="b4a-quiet">{t('device.empty')}</p>
      ) : (
        <>
          <p className="b4a-quiet">{t('device.body')}</p>
          <DataTable
            name={t('device.title')}
            rows={found}
            rowKey={(k) => k.name}
            columns={[
              { label: t('enrol.name'), show: (k) => <strong>{k.name}</strong> },
              { label: t('enrol.role'), narrow: true, show: (k) => k.certificate?.role ?? '—' },
              { label: t('certificates.expires'), show: (k) => <Validity of={k} /> },
              {
                label: t('certificates.serial'),
                show: (k) => (k.certificate ? <Identifier value={k.certificate.serial} what={t('certificates.serial')} /> : '—'),
              },
              {
                label: t('actions'),
                narrow: true,
                show: (k) => (
                  <>
                    {k.certificate && <CopyButton text={k.certificate.pem} what={t('certificates.pemOf', { holder: k.name })} />}
                    <IconButton icon={<TrashIcon />} label={t('device.forgetOf', { name: k.name })} onClick={() => setForgetting(k)} />
                  </>
                ),
              },
            ]}
          />
        </>
      )}
      {enrolling && <EnrolDialog organization={organization} onClose={() => setEnrolling(false)} />}
      {forgetting && <ForgetDialog forgetting={forgetting} onClose={() => setForgetting(undefined)} />}
    </section>
  );
}

/** What the inventory says of a key's certificate, and what to do about it. */
function Validity({ of: { certificate, observed } }: { of: ObservedKey }) {
  const { t } = useTranslation();
  const now = useNow();
  if (!certificate) return <StateLabel tone="off">{t('device.unanswered')}</StateLabel>;
  const { notAfter, takenOverAt, revoked } = certificate;
  const known = revoked ? 'revoked' : Date.parse(notAfter) <= now ? 'expired' : 'valid';
  const status = observed?.status ?? known;
  const held = revoked === 'certificateHold';
  const next: Record<Certificate['status'], string> = {
    valid: '',
    expiring: t('why.deviceKeyExpiring'),
    expired: t('why.deviceKeyExpired'),
    revoked: held ? (observed ? '' : t('why.deviceKeyHeld')) : t('why.deviceKeyRevoked'),
  };
  return (
    <>
      <CertificateStatusLabel status={status} held={held} /> <Moment time={notAfter} />
      {next[status] && <p>{next[status]}</p>}
      {observed ? <Effects of={observed} /> : <p className="b4a-quiet">{t('device.unobserved')}</p>}
      {takenOverAt && status !== 'expired' && status !== 'revoked' && (
        <p className="b4a-quiet">
          {t('device.takenOver')} <Moment time={takenOverAt} />
        </p>
      )}
    </>
  );
}

function ForgetDialog({ forgetting: { organization, name }, onClose }: { forgetting: DeviceKey; onClose: () => void }) {
  const { t } = useTranslation();
  const forget = useForgetKey(organization);
  return (
    <ConfirmDialog
      id="forget-key"
      title={t('device.forgetTitle', { name })}
      action={t('device.forget')}
      danger
      send={forget}
      errorTitle={t('device.forgetFailed')}
      onConfirm={() => forget.mutate(name, { onSuccess: onClose })}
      onClose={onClose}
    >
      {t('device.forgetBody')}
    </ConfirmDialog>
  );
}
