// SPDX-License-Identifier: Apache-2.0

import CertificateIcon from '@patternfly/react-icons/dist/esm/icons/certificate-icon';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { list } from '../../api/client';
import type { OwnCertificate } from '../../api/account';
import { can } from '../../app/scopes';
import { CopyButton } from '../../components/CopyButton';
import { Effects } from '../../components/Effects';
import { Empty } from '../../components/Empty';
import { Identifier } from '../../components/Identifier';
import { Listing } from '../../components/Listing';
import { Moment } from '../../components/Moment';
import { CertificateStatusLabel } from '../../components/StateLabel';
import { useCursor } from '../../hooks/useCursor';
import { useOwnCertificates } from '../../queries/account';
import { usePrincipal } from '../../queries/session';

/** One's own certificates, of every organization: what became of each, and what to do about it. */
export function OwnCertificates() {
  const { t } = useTranslation();
  const paging = useCursor();
  const query = useOwnCertificates(paging[0]);
  return (
    <Listing
      name={t('account.certificates')}
      query={query}
      paging={paging}
      rowKey={({ certificate: c }) => `${c.organization}/${c.serial}`}
      empty={<Empty title={t('account.certificatesNone')} icon={CertificateIcon}>{t('account.certificatesNoneBody')}</Empty>}
      columns={[
        { label: t('organizations.one'), show: (own) => <Organization of={own} /> },
        {
          label: t('certificates.holder'),
          show: ({ certificate: c }) => (
            <>
              {c.holder}
              <div className="b4a-quiet">
                {c.role} · {c.keyKeptBy === 'platform' ? t('certificates.keyPlatform') : t('certificates.keyHolder')}
              </div>
            </>
          ),
        },
        { label: t('certificates.expires'), show: (own) => <State of={own} /> },
        { label: t('certificates.serial'), show: ({ certificate: c }) => <Identifier value={c.serial} what={t('certificates.serial')} /> },
        {
          label: t('actions'),
          narrow: true,
          show: ({ certificate: c }) => <CopyButton text={c.pem} what={t('certificates.pemOf', { holder: c.holder })} />,
        },
      ]}
    />
  );
}

/** The organization; its certificates, for who acts in it now. */
function Organization({ of: { certificate: c, organizationName } }: { of: OwnCertificate }) {
  const { t } = useTranslation();
  const principal = usePrincipal();
  if (!can(principal, 'certificate.read', c.organization)) return <>{organizationName}</>;
  return (
    <Link className="b4a-target" to={`/organizations/${c.organization}/certificates`} aria-label={t('account.certificatesOf', { name: organizationName })}>
      {organizationName}
    </Link>
  );
}

function State({ of: own }: { of: OwnCertificate }) {
  const { t } = useTranslation();
  const { certificate: c, external, renewedBy } = own;
  const next = useNext(own);
  return (
    <>
      <CertificateStatusLabel status={c.status} held={c.reason === 'certificateHold'} /> <Moment time={c.notAfter} />
      {renewedBy ? (
        <div>
          {t('account.renewedBy')} <Identifier value={renewedBy} what={t('certificates.serial')} />
        </div>
      ) : (
        next && <p>{next}</p>
      )}
      <Effects of={c} external={external} />
    </>
  );
}

/** What its holder does about a certificate; who lifts a hold is told with it. */
function useNext({ certificate: c, external }: OwnCertificate): string {
  const { t } = useTranslation();
  if (c.status === 'valid' || list(c.heldBy).length > 0) return '';
  if (c.keyKeptBy === 'platform' && c.status === 'expiring') return t('account.nextPlatform');
  if (external) return t('account.nextExternal');
  return c.status === 'revoked' ? t('account.nextRevoked') : t('account.nextExpired');
}
