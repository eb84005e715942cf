// SPDX-License-Identifier: Apache-2.0

import { Button, Title } from '@patternfly/react-core';
import TrashIcon from '@patternfly/react-icons/dist/esm/icons/trash-icon';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { WatchedCertificate } from '../../api/watched';
import { can } from '../../app/scopes';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { DataTable } from '../../components/DataTable';
import { IconButton } from '../../components/IconButton';
import { Identifier } from '../../components/Identifier';
import { Moment } from '../../components/Moment';
import { ProblemAlert } from '../../components/ProblemAlert';
import { ServerText } from '../../components/ServerText';
import { StateLabel } from '../../components/StateLabel';
import { useRevocationReasons } from '../../components/useRevocationReasons';
import { usePrincipal } from '../../queries/session';
import { useUnwatch, useWatched } from '../../queries/watched';
import { WatchDialog } from './WatchDialog';

/** Certificates of other authorities, whose revocation there is followed here. */
export function Watched({ organization }: { organization: string }) {
  const { t } = useTranslation();
  const reasons = useRevocationReasons();
  const query = useWatched(organization);
  const manages = can(usePrincipal(), 'certificate.revoke', organization);
  const [adding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<WatchedCertificate>();
  const rows = query.data;
  if (!manages && rows?.length === 0) return null;
  return (
    <section className="b4a-section" aria-labelledby="watched">
      <div className="b4a-section-head">
        <Title id="watched" headingLevel="h2" size="lg">
          {t('watched.title')}
        </Title>
        {manages && (
          <Button variant="secondary" onClick={() => setAdding(true)}>
            {t('watched.add')}
          </Button>
        )}
      </div>
      <p className="b4a-quiet">{t('watched.body')}</p>
      {query.error && !rows && (
        <ProblemAlert error={query.error} title={t('problem.load', { what: t('watched.title') })} retry={() => void query.refetch()} />
      )}
      {rows?.length === 0 ? (
        <p className="b4a-quiet">{t('watched.none')}</p>
      ) : (
        <DataTable
          name={t('watched.title')}
          rows={rows}
          rowKey={(w) => w.id}
          columns={[
            { label: t('watched.holder'), show: (w) => w.holder ?? t('watched.authority') },
            {
              label: t('watched.certificate'),
              show: (w) => (
                <>
                  <span className="b4a-break">{w.subject}</span>
                  <div className="b4a-quiet b4a-break">{w.issuer}</div>
                </>
              ),
            },
            { label: t('certificates.serial'), show: (w) => <Identifier value={w.serial} what={t('certificates.serial')} /> },
            {
              label: t('state'),
              show: (w) => (
                <>
                  <WatchedState of={w} />
                  <div className="b4a-quiet">
                    {w.reason && <div>{reasons[w.reason] ?? w.reason}</div>}
                    {w.checkedAt && (
                      <div>
                        {t('watched.checked')} <Moment time={w.checkedAt} />
                      </div>
                    )}
                    {w.problem && <ServerText>{w.problem}</ServerText>}
                  </div>
                </>
              ),
            },
            ...(manages
              ? [{
                  label: t('actions'),
                  narrow: true,
                  show: (w: WatchedCertificate) => w.holder ? (
                    <IconButton icon={<TrashIcon />} label={t('watched.leaveOf', { subject: w.subject })} onClick={() => setLeaving(w)} />
                  ) : '—',
                }]
              : []),
          ]}
        />
      )}
      {adding && <WatchDialog organization={organization} onClose={() => setAdding(false)} />}
      {leaving && <LeaveDialog organization={organization} watched={leaving} onClose={() => setLeaving(undefined)} />}
    </section>
  );
}

function WatchedState({ of: { state } }: { of: WatchedCertificate }) {
  const { t } = useTranslation();
  switch (state) {
    case 'unchecked':
      return <StateLabel tone="busy">{t('watchedState.unchecked')}</StateLabel>;
    case 'good':
      return <StateLabel tone="good">{t('watchedState.good')}</StateLabel>;
    case 'held':
      return <StateLabel tone="warning">{t('certificateStatus.held')}</StateLabel>;
    case 'revoked':
      return <StateLabel tone="bad">{t('certificateStatus.revoked')}</StateLabel>;
    case 'unknown':
      return <StateLabel tone="warning">{t('watchedState.unknown')}</StateLabel>;
  }
}

function LeaveDialog({ organization, watched: w, onClose }: { organization: string; watched: WatchedCertificate; onClose: () => void }) {
  const { t } = useTranslation();
  const unwatch = useUnwatch(organization);
  return (
    <ConfirmDialog
      id="unwatch"
      title={t('watched.leaveTitle')}
      action={t('watched.leave')}
      danger
      send={unwatch}
      errorTitle={t('watched.leaveFailed')}
      onConfirm={() => unwatch.mutate(w.id, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p className="b4a-break">{w.subject}</p>
      <p>{t('watched.leaveBody')}</p>
    </ConfirmDialog>
  );
}
