// SPDX-License-Identifier: Apache-2.0

import { Alert, Button, ExpandableSection, Title } from '@patternfly/react-core';
import DownloadIcon from '@patternfly/react-icons/dist/esm/icons/download-icon';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { list } from '../../api/client';
import type { NodeRequest } from '../../api/external';
import type { Node } from '../../api/nodes';
import { can } from '../../app/scopes';
import { Code } from '../../components/Code';
import { CopyButton } from '../../components/CopyButton';
import { DataTable } from '../../components/DataTable';
import { ProblemAlert } from '../../components/ProblemAlert';
import { saveText } from '../../device/saveFile';
import { useNodeRequests } from '../../queries/external';
import { usePrincipal } from '../../queries/session';
import { InstallCertificatesDialog } from './ExternalDialogs';

/** What the authority of an organization that issues for itself is to certify for a node, and where it brings it. */
export function NodeCertificates({ node, awaited }: { node: Node; awaited: boolean }) {
  const { t } = useTranslation();
  const manages = can(usePrincipal(), 'certificate.issue', node.organization);
  if (!manages) return awaited ? <Alert className="b4a-gap" variant="info" isInline component="p" title={t('external.awaited', { node: node.id })} /> : null;
  return <Requests node={node} awaited={awaited} />;
}

function Requests({ node, awaited }: { node: Node; awaited: boolean }) {
  const { t } = useTranslation();
  const query = useNodeRequests(node.id);
  const [installing, setInstalling] = useState(false);
  const id = `requests-${node.id}`;
  const purposes: Record<NodeRequest['purpose'], string> = { sign: t('purpose.sign'), tls: t('purpose.tls') };
  return (
    <section className="b4a-section" aria-labelledby={id}>
      <div className="b4a-section-head">
        <Title id={id} headingLevel="h2" size="lg">
          {t('external.requestsOf', { node: node.id })}
        </Title>
        <Button variant={awaited ? 'primary' : 'secondary'} onClick={() => setInstalling(true)}>
          {t('external.install')}
        </Button>
      </div>
      {awaited && <Alert variant="info" isInline component="p" title={t('external.awaited', { node: node.id })} />}
      <p className="b4a-quiet">{t('external.requestsBody')}</p>
      {query.error && !query.data && <ProblemAlert error={query.error} title={t('problem.load', { what: t('external.requests') })} />}
      <DataTable
        name={t('external.requestsOf', { node: node.id })}
        rows={query.data}
        rowKey={(r) => r.purpose}
        columns={[
          { label: t('certificates.purpose'), show: (r) => <strong className="b4a-nowrap">{purposes[r.purpose]}</strong> },
          {
            label: t('authorities.subject'),
            show: (r) => (
              <>
                <span className="b4a-break">{r.subject}</span>
                {list(r.hosts).length > 0 && (
                  <div className="b4a-quiet b4a-break">
                    {t('clinic.names')}: {list(r.hosts).join(', ')}
                  </div>
                )}
              </>
            ),
          },
          { label: t('external.demands'), show: (r) => (r.purpose === 'sign' ? t('external.demandsSign') : t('external.demandsTls')) },
          {
            label: t('actions'),
            narrow: true,
            show: (r) => (
              <>
                <CopyButton text={r.pem} what={r.file} />
                <Button
                  variant="plain"
                  size="sm"
                  icon={<DownloadIcon />}
                  aria-label={t('download', { what: r.file })}
                  title={t('download', { what: r.file })}
                  onClick={() => saveText(r.file, r.pem)}
                />
              </>
            ),
          },
        ]}
      />
      {query.data && <Commands of={query.data} />}
      {installing && <InstallCertificatesDialog node={node} onClose={() => setInstalling(false)} />}
    </section>
  );
}

function Commands({ of }: { of: readonly NodeRequest[] }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <ExpandableSection className="b4a-gap" toggleText={t('external.commands')} isExpanded={open} onToggle={(_, next) => setOpen(next)}>
      {of.map((r) => (
        <Code key={r.purpose} text={r.commands} what={t('external.commands')} />
      ))}
    </ExpandableSection>
  );
}
