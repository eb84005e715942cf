// SPDX-License-Identifier: Apache-2.0

import { Alert, Button, Flex, Title } from '@patternfly/react-core';
import DownloadIcon from '@patternfly/react-icons/dist/esm/icons/download-icon';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { list } from '../../api/client';
import type { MSP, MSPAuthority } from '../../api/external';
import { can } from '../../app/scopes';
import { CopyButton } from '../../components/CopyButton';
import { DataTable } from '../../components/DataTable';
import { Moment } from '../../components/Moment';
import { ProblemAlert } from '../../components/ProblemAlert';
import { saveText } from '../../device/saveFile';
import { useMSP } from '../../queries/external';
import { usePrincipal } from '../../queries/session';
import { UpdateListsDialog, UpdateMSPDialog } from './ExternalDialogs';

/** The MSP of an organization that issues for itself: its authorities and lists, and how they are replaced. */
export function ExternalAuthorities({ organization, active }: { organization: string; active: boolean }) {
  const { t } = useTranslation();
  const query = useMSP(organization);
  const manages = can(usePrincipal(), 'authority.manage', organization) && active;
  const [open, setOpen] = useState<'msp' | 'lists'>();
  const close = () => setOpen(undefined);
  if (query.error && !query.data) {
    const title = t('problem.load', { what: t('authorities.title') });
    return <ProblemAlert error={query.error} title={title} retry={() => void query.refetch()} />;
  }
  return (
    <div className="b4a-section">
      <p className="b4a-quiet">{t('external.body')}</p>
      {query.data?.changing && <Alert className="b4a-gap" variant="info" isInline component="p" title={t('external.changing')} />}
      {manages && (
        <Flex className="b4a-gap" spaceItems={{ default: 'spaceItemsSm' }}>
          <Button variant="secondary" onClick={() => setOpen('msp')}>
            {t('external.update')}
          </Button>
          <Button variant="secondary" onClick={() => setOpen('lists')}>
            {t('external.updateLists')}
          </Button>
        </Flex>
      )}
      <AuthorityTable rows={query.data && list(query.data.authorities)} organization={organization} />
      {query.data && <Lists of={query.data} />}
      {open === 'msp' && <UpdateMSPDialog organization={organization} onClose={close} />}
      {open === 'lists' && <UpdateListsDialog organization={organization} onClose={close} />}
    </div>
  );
}

function AuthorityTable({ rows, organization }: { rows: readonly MSPAuthority[] | undefined; organization: string }) {
  const { t } = useTranslation();
  const purposes: Record<MSPAuthority['purpose'], string> = { ca: t('authorities.ca'), 'tls-ca': t('authorities.tlsCa') };
  const file = (a: MSPAuthority) => `${organization}-${a.purpose}-${a.fingerprint.slice(0, 8)}.pem`;
  return (
    <DataTable
      name={t('authorities.title')}
      rows={rows}
      rowKey={(a) => `${a.purpose} ${a.fingerprint}`}
      columns={[
        {
          label: t('certificates.purpose'),
          show: (a) => (
            <>
              {purposes[a.purpose]}
              <div className="b4a-quiet">{a.root ? t('authorities.root') : t('external.intermediate')}</div>
            </>
          ),
        },
        { label: t('authorities.subject'), show: (a) => <span className="b4a-break">{a.subject}</span> },
        { label: t('certificates.expires'), show: (a) => <Moment time={a.notAfter} /> },
        {
          label: t('actions'),
          narrow: true,
          show: (a) => (
            <Flex flexWrap={{ default: 'nowrap' }} spaceItems={{ default: 'spaceItemsXs' }}>
              <CopyButton text={a.pem} what={t('certificates.pemOf', { holder: a.subject })} />
              <Button
                variant="plain"
                size="sm"
                icon={<DownloadIcon />}
                aria-label={t('download', { what: file(a) })}
                title={t('download', { what: file(a) })}
                onClick={() => saveText(file(a), a.pem)}
              />
            </Flex>
          ),
        },
      ]}
    />
  );
}

function Lists({ of }: { of: MSP }) {
  const { t } = useTranslation();
  const lists = list(of.lists);
  return (
    <section className="b4a-section" aria-labelledby="revocation-lists">
      <Title id="revocation-lists" headingLevel="h2" size="lg">
        {t('external.lists')}
      </Title>
      {lists.length === 0 ? (
        <p className="b4a-quiet">{t('external.noLists')}</p>
      ) : (
        <DataTable
          name={t('external.lists')}
          rows={lists}
          rowKey={(l) => l.issuer}
          columns={[
            { label: t('clinic.issuer'), show: (l) => <span className="b4a-break">{l.issuer}</span> },
            { label: t('clinic.revoked'), show: (l) => String(l.revoked) },
            { label: t('external.listOf'), show: (l) => <Moment time={l.thisUpdate} /> },
          ]}
        />
      )}
    </section>
  );
}
