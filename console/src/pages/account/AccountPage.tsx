// SPDX-License-Identifier: Apache-2.0

import { PageSection, Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';

import { list } from '../../api/client';
import { Empty } from '../../components/Empty';
import { Facts } from '../../components/Facts';
import { PageHeader } from '../../components/PageHeader';
import { ProblemAlert } from '../../components/ProblemAlert';
import { useRoles } from '../../components/useRoles';
import { useAccount } from '../../queries/account';
import { usePrincipal } from '../../queries/session';
import { OwnCertificates } from './OwnCertificates';
import { PasswordCard } from './PasswordCard';
import { SecondFactorCard } from './SecondFactorCard';
import { Sessions } from './Sessions';
import { Tokens } from './Tokens';

/** One's own account: who one is, how one signs in, where one is signed in, and API tokens. */
export function AccountPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab = 'security' } = useParams();
  const principal = usePrincipal();
  const person = principal?.member;
  const roles = useRoles();
  if (!principal) return null;
  const role = roles[principal.role] + (principal.organization ? ` · ${principal.organization}` : '');
  return (
    <>
      <PageHeader title={t('account.title')} description={person ? undefined : t('account.nobody')} />
      <PageSection hasBodyWrapper={false}>
        <Facts
          items={[
            [t('person.name'), principal.name],
            [t('person.role'), role],
            [t('person.email'), person?.email],
            [t('account.method'), principal.method],
          ]}
        />
      </PageSection>
      <PageSection hasBodyWrapper={false}>
        <Tabs
          activeKey={tab}
          onSelect={(_, key) => void navigate(`/account/${key}`, { replace: true })}
          aria-label={t('account.title')}
          mountOnEnter
          unmountOnExit
        >
          <Tab eventKey="security" title={<TabTitleText>{t('account.security')}</TabTitleText>}>
            {person ? <Security /> : <Empty title={t('account.noPerson')}>{t('account.noPersonBody')}</Empty>}
          </Tab>
          <Tab eventKey="sessions" title={<TabTitleText>{t('sessions.title')}</TabTitleText>}>
            {person ? <Sessions /> : <Empty title={t('account.noPerson')}>{t('account.noPersonBody')}</Empty>}
          </Tab>
          <Tab eventKey="certificates" title={<TabTitleText>{t('account.certificates')}</TabTitleText>}>
            {person ? <OwnCertificates /> : <Empty title={t('account.noPerson')}>{t('account.noPersonBody')}</Empty>}
          </Tab>
          <Tab eventKey="tokens" title={<TabTitleText>{t('tokens.title')}</TabTitleText>}>
            <Tokens principal={principal} />
          </Tab>
        </Tabs>
      </PageSection>
    </>
  );
}

function Security() {
  const { t } = useTranslation();
  const { data, error, refetch } = useAccount(true);
  if (error && !data) return <ProblemAlert error={error} title={t('problem.load', { what: t('account.title') })} retry={() => void refetch()} />;
  if (!data) return null;
  const identities = list(data.identities);
  return (
    <div className="b4a-stack b4a-gap">
      {data.hasPassword && <PasswordCard account={data} />}
      {data.hasPassword && <SecondFactorCard account={data} />}
      {identities.length > 0 && <Facts columns={1} items={identities.map((i) => [i.provider, <code key={i.subject}>{i.subject}</code>])} />}
    </div>
  );
}
