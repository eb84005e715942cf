// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import type { Certificate } from '../../api/organizations';
import { CopyButton } from '../../components/CopyButton';
import { Empty } from '../../components/Empty';
import { Identifier } from '../../components/Identifier';
import { Listing } from '../../components/Listing';
import { Moment } from '../../components/Moment';
import { CertificateStatusLabel } from '../../components/StateLabel';
import { useCursor } from '../../hooks/useCursor';
import { useCertificates } from '../../queries/organizations';

export function Certificates({ organization }: { organization: string }) {
  const { t } = useTranslation();
  const paging = useCursor();
  const query = useCertificates(organization, paging[0]);
  const purposes: Record<Certificate['purpose'], string> = {
    ca: t('purpose.ca'),
    'tls-ca': t('purpose.tlsCa'),
    sign: t('purpose.sign'),
    tls: t('purpose.tls'),
  };
  return (
    <Listing
      name={t('certificates.title')}
      query={query}
      paging={paging}
      rowKey={(c) => c.serial}
      empty={<Empty title={t('certificates.empty')}>{t('certificates.emptyBody')}</Empty>}
      columns={[
        {
          label: t('certificates.holder'),
          show: (c) => (
            <>
              {c.holder}
              <div className="b4a-quiet b4a-break">{c.subject}</div>
            </>
          ),
        },
        {
          label: t('certificates.purpose'),
          show: (c) => (
            <>
              {purposes[c.purpose]}
              {c.role && <span className="b4a-quiet"> · {c.role}</span>}
            </>
          ),
        },
        {
          label: t('certificates.expires'),
          show: (c) => (
            <>
              <CertificateStatusLabel status={c.status} /> <Moment time={c.notAfter} />
            </>
          ),
        },
        { label: t('certificates.serial'), show: (c) => <Identifier value={c.serial} what={t('certificates.serial')} /> },
        { label: 'PEM', narrow: true, show: (c) => <CopyButton text={c.pem} what={t('certificates.pemOf', { holder: c.holder })} /> },
      ]}
    />
  );
}
