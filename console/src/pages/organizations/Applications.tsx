// SPDX-License-Identifier: Apache-2.0

import { Button, Flex } from '@patternfly/react-core';
import DownloadIcon from '@patternfly/react-icons/dist/esm/icons/download-icon';
import TrashIcon from '@patternfly/react-icons/dist/esm/icons/trash-icon';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Application } from '../../api/applications';
import { can } from '../../app/scopes';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { Empty } from '../../components/Empty';
import { IconButton } from '../../components/IconButton';
import { Listing } from '../../components/Listing';
import { Moment } from '../../components/Moment';
import { ProblemAlert } from '../../components/ProblemAlert';
import { CertificateStatusLabel } from '../../components/StateLabel';
import { useCursor } from '../../hooks/useCursor';
import { useApplications, useDeleteApplication, useDownloadBundle } from '../../queries/applications';
import { usePrincipal } from '../../queries/session';
import { CreateApplicationDialog } from './CreateApplicationDialog';

export function Applications({ organization, external }: { organization: string; external: boolean }) {
  const { t } = useTranslation();
  const paging = useCursor();
  const query = useApplications(organization, paging[0]);
  const bundle = useDownloadBundle(organization);
  const manages = can(usePrincipal(), 'application.manage', organization);
  const [creating, setCreating] = useState(false);
  const [deleting, setDeleting] = useState<Application>();
  const create = manages && (
    <Button variant="secondary" onClick={() => setCreating(true)}>
      {t('applications.create')}
    </Button>
  );
  return (
    <>
      {create && query.data?.items.length !== 0 && <div className="b4a-gap">{create}</div>}
      {bundle.error && <ProblemAlert error={bundle.error} title={t('applications.bundleFailed')} />}
      <Listing
        name={t('applications.title')}
        query={query}
        paging={paging}
        rowKey={(a) => a.name}
        empty={
          <Empty title={t('applications.empty')} action={create}>
            {t('applications.emptyBody')}
          </Empty>
        }
        columns={[
          { label: t('applications.name'), show: (a) => <strong>{a.name}</strong> },
          {
            label: t('applications.custody'),
            show: (a) => (a.custody === 'platform' ? t('custody.platform') : t('custody.holder')),
          },
          { label: t('applications.attributes'), show: (a) => <Attributes of={a} /> },
          {
            label: t('certificates.expires'),
            show: (a) => (
              <>
                <CertificateStatusLabel status={a.certificate.status} /> <Moment time={a.certificate.notAfter} />
              </>
            ),
          },
          {
            label: t('actions'),
            narrow: true,
            show: (a) => (
              <Flex flexWrap={{ default: 'nowrap' }} spaceItems={{ default: 'spaceItemsSm' }}>
                <Button
                  variant="secondary"
                  size="sm"
                  icon={<DownloadIcon />}
                  aria-label={t('applications.bundleOf', { name: a.name })}
                  isLoading={bundle.isPending && bundle.variables === a.name}
                  onClick={() => bundle.mutate(a.name)}
                >
                  {t('applications.bundle')}
                </Button>
                {manages && (
                  <IconButton icon={<TrashIcon />} label={t('applications.deleteOf', { name: a.name })} onClick={() => setDeleting(a)} />
                )}
              </Flex>
            ),
          },
        ]}
      />
      {creating && <CreateApplicationDialog organization={organization} external={external} onClose={() => setCreating(false)} />}
      {deleting && <DeleteDialog organization={organization} application={deleting} onClose={() => setDeleting(undefined)} />}
    </>
  );
}

function Attributes({ of: { attributes } }: { of: Application }) {
  const entries = Object.entries(attributes ?? {});
  if (entries.length === 0) return <>—</>;
  return (
    <ul className="b4a-plain-list">
      {entries.map(([name, value]) => (
        <li key={name}>
          <code className="b4a-break">
            {name}={value}
          </code>
        </li>
      ))}
    </ul>
  );
}

interface DeleteProps {
  organization: string;
  application: Application;
  onClose: () => void;
}

function DeleteDialog({ organization, application, onClose }: DeleteProps) {
  const { t } = useTranslation();
  const remove = useDeleteApplication(organization);
  return (
    <ConfirmDialog
      id="delete-application"
      title={t('applications.deleteTitle', { name: application.name })}
      action={t('applications.delete')}
      danger
      send={remove}
      errorTitle={t('applications.deleteFailed')}
      onConfirm={() => remove.mutate(application.name, { onSuccess: onClose })}
      onClose={onClose}
    >
      {application.custody === 'platform' ? t('applications.deleteCustodial') : t('applications.deleteHolder')}
    </ConfirmDialog>
  );
}
