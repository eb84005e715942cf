// SPDX-License-Identifier: Apache-2.0

import { Button, Flex, Form, Title } from '@patternfly/react-core';
import BanIcon from '@patternfly/react-icons/dist/esm/icons/ban-icon';
import UndoIcon from '@patternfly/react-icons/dist/esm/icons/undo-icon';
import UserIcon from '@patternfly/react-icons/dist/esm/icons/user-icon';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { list } from '../../api/client';
import type { Certificate } from '../../api/organizations';
import { can } from '../../app/scopes';
import { CopyButton } from '../../components/CopyButton';
import { Effects } from '../../components/Effects';
import { Empty } from '../../components/Empty';
import { SelectField } from '../../components/fields';
import { formatMonth } from '../../components/format';
import { IconButton } from '../../components/IconButton';
import { Identifier } from '../../components/Identifier';
import { Listing } from '../../components/Listing';
import { Moment } from '../../components/Moment';
import { CertificateStatusLabel } from '../../components/StateLabel';
import { useLocale } from '../../hooks/useLocale';
import { useNow } from '../../hooks/useNow';
import { useCertificates } from '../../queries/organizations';
import { usePrincipal } from '../../queries/session';
import { AuthorityWorkDialog } from './AuthorityDialogs';
import { BindDialog } from './BindDialog';
import { expiryCalendar } from './expiry';
import { RecordDialog } from './ExternalDialogs';
import { ReleaseDialog, RevokeDialog } from './RevocationDialogs';

/** The inventory of an organization's certificates: what expires next, then all. */
export function Certificates({ organization, external }: { organization: string; external: boolean }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useCertificates(organization);
  const principal = usePrincipal();
  const renews = !external && can(principal, 'authority.manage', organization);
  const revokes = !external && can(principal, 'certificate.revoke', organization);
  const records = external && can(principal, 'certificate.issue', organization);
  const binds = can(principal, 'certificate.issue', organization) && can(principal, 'member.read', organization);
  const [binding, setBinding] = useState<Certificate>();
  const [recording, setRecording] = useState(false);
  const [renewing, setRenewing] = useState(false);
  const [revoking, setRevoking] = useState<Certificate>();
  const [releasing, setReleasing] = useState<Certificate>();
  const [status, setStatus] = useState('');
  const statuses: Record<Certificate['status'], string> = {
    valid: t('certificateStatus.valid'),
    expiring: t('certificateStatus.expiring'),
    expired: t('certificateStatus.expired'),
    revoked: t('certificateStatus.revoked'),
  };
  const purposes: Record<Certificate['purpose'], string> = {
    ca: t('purpose.ca'),
    'tls-ca': t('purpose.tlsCa'),
    'contract-ca': t('purpose.contractCa'),
    contract: t('purpose.contract'),
    sign: t('purpose.sign'),
    tls: t('purpose.tls'),
  };
  const shown = data && { items: data.filter((c) => status === '' || c.status === status) };
  return (
    <>
      <section className="b4a-section" aria-labelledby="expiry">
        <div className="b4a-section-head">
          <Title id="expiry" headingLevel="h2" size="lg">
            {t('expiry.title')}
          </Title>
          {renews && (
            <Button variant="secondary" onClick={() => setRenewing(true)}>
              {t('renew.title')}
            </Button>
          )}
          {records && (
            <Button variant="secondary" onClick={() => setRecording(true)}>
              {t('external.record')}
            </Button>
          )}
        </div>
        {data && <Calendar certificates={data} external={external} />}
      </section>
      <section className="b4a-section" aria-labelledby="inventory">
        <div className="b4a-section-head">
          <Title id="inventory" headingLevel="h2" size="lg">
            {t('inventory.title')}
          </Title>
          <Form className="b4a-filter" onSubmit={(event) => event.preventDefault()}>
            <SelectField
              id="certificate-status"
              label={t('state')}
              placeholder={t('inventory.all')}
              options={Object.entries(statuses).map(([value, label]) => ({ value, label }))}
              value={status}
              onChange={setStatus}
            />
          </Form>
        </div>
        <Listing
          name={t('certificates.title')}
          query={{ data: shown, error, refetch }}
          rowKey={(c) => c.serial}
          empty={<Empty title={t('certificates.empty')} level="h3">{status ? t('inventory.none') : t('certificates.emptyBody')}</Empty>}
          columns={[
            {
              label: t('certificates.holder'),
              show: (c) => (
                <>
                  {c.holder}
                  <Person of={c} />
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
                  <div className="b4a-quiet">{c.keyKeptBy === 'platform' ? t('certificates.keyPlatform') : t('certificates.keyHolder')}</div>
                </>
              ),
            },
            {
              label: t('certificates.expires'),
              show: (c) => (
                <>
                  <CertificateStatusLabel status={c.status} held={c.reason === 'certificateHold'} /> <Moment time={c.notAfter} />
                  <Effects of={c} external={external} />
                </>
              ),
            },
            { label: t('certificates.serial'), show: (c) => <Identifier value={c.serial} what={t('certificates.serial')} /> },
            {
              label: t('actions'),
              narrow: true,
              show: (c) => (
                <Flex flexWrap={{ default: 'nowrap' }} spaceItems={{ default: 'spaceItemsXs' }}>
                  <CopyButton text={c.pem} what={t('certificates.pemOf', { holder: c.holder })} />
                  {binds && isBindable(c, external) && (
                    <IconButton icon={<UserIcon />} label={t('bind.title', { holder: c.holder })} onClick={() => setBinding(c)} />
                  )}
                  {revokes && <RevocationButton of={c} onRevoke={setRevoking} onRelease={setReleasing} />}
                </Flex>
              ),
            },
          ]}
        />
      </section>
      {recording && <RecordDialog organization={organization} onClose={() => setRecording(false)} />}
      {binding && <BindDialog certificate={binding} external={external} onClose={() => setBinding(undefined)} />}
      {revoking && <RevokeDialog certificate={revoking} onClose={() => setRevoking(undefined)} />}
      {releasing && <ReleaseDialog certificate={releasing} onClose={() => setReleasing(undefined)} />}
      {renewing && <AuthorityWorkDialog organization={organization} work="renew" onClose={() => setRenewing(false)} />}
    </>
  );
}

/** Whether it can be said whose a certificate is: of one that the platform issued, once. */
const isBindable = (c: Certificate, external: boolean): boolean =>
  c.keyKeptBy === 'holder' && (external || !c.member) && (c.status !== 'revoked' || list(c.heldBy).length > 0);

/** The person with whose access a certificate stands and falls; by ID for who may not know the name. */
function Person({ of: { member, memberOf, memberName } }: { of: Certificate }) {
  const { t } = useTranslation();
  const principal = usePrincipal();
  if (!member) return null;
  if (!memberName) return <div>{t('person.one')} <Identifier value={member} what={t('person.one')} /></div>;
  const to = memberOf ? `/organizations/${memberOf}/members` : '/members/platform';
  return <div>{can(principal, 'member.read', memberOf) ? <Link className="b4a-target" to={to}>{memberName}</Link> : memberName}</div>;
}

interface RevocationProps {
  of: Certificate;
  onRevoke: (certificate: Certificate) => void;
  onRelease: (certificate: Certificate) => void;
}

const unrevocable: readonly Certificate['purpose'][] = ['ca', 'tls-ca', 'contract-ca', 'contract'];

/** What may be done about a certificate: an authority's own and a contract's cannot be revoked, and what has expired need not be. */
function RevocationButton({ of: c, onRevoke, onRelease }: RevocationProps) {
  const { t } = useTranslation();
  const button = (name: string, icon: ReactNode, onClick: () => void) => (
    <IconButton icon={icon} label={name} onClick={onClick} />
  );
  if (unrevocable.includes(c.purpose) || c.status === 'expired') return null;
  if (c.status !== 'revoked') return button(t('revoke.of', { holder: c.holder }), <BanIcon />, () => onRevoke(c));
  // One that is on hold for something else is released with that.
  if (list(c.heldBy).includes('certificate')) return button(t('revoke.releaseOf', { holder: c.holder }), <UndoIcon />, () => onRelease(c));
  return null;
}

/** What expires in the next ninety days, by month. */
function Calendar({ certificates, external }: { certificates: readonly Certificate[]; external: boolean }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const months = expiryCalendar(certificates, useNow());
  if (months.length === 0) return <p className="b4a-quiet">{external ? t('external.expiryNone') : t('expiry.none')}</p>;
  return (
    <div className="b4a-months">
      {months.map((m) => (
        <div key={m.start.getTime()}>
          <h3>{formatMonth(m.start, locale)}</h3>
          <ul className="b4a-plain-list">
            {m.certificates.map((c) => (
              <li key={c.serial}>
                <strong>{new Date(c.notAfter).getDate()}</strong> {c.holder} <span className="b4a-quiet"><Moment time={c.notAfter} /></span>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}
