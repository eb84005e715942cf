// SPDX-License-Identifier: Apache-2.0

import { PageSection, Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';

import { can } from '../../app/scopes';
import { PageHeader } from '../../components/PageHeader';
import { usePrincipal } from '../../queries/session';
import { MemberList } from './MemberList';
import { PeopleList } from './PeopleList';

/** The platform's own operators and auditors and, for operators, everybody with an account. */
export function PlatformMembersPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab = 'platform' } = useParams();
  const everybody = can(usePrincipal(), 'person.manage');
  const platform = <MemberList named={t('members.platform')} />;
  return (
    <>
      <PageHeader title={t('members.people')} description={everybody ? undefined : t('members.platformBody')} />
      <PageSection hasBodyWrapper={false}>
        {everybody ? (
          <Tabs
            activeKey={tab}
            onSelect={(_, key) => void navigate(`/members/${key}`, { replace: true })}
            aria-label={t('members.people')}
            mountOnEnter
            unmountOnExit
          >
            <Tab eventKey="platform" title={<TabTitleText>{t('members.platform')}</TabTitleText>}>
              <p className="b4a-quiet b4a-gap">{t('members.platformBody')}</p>
              {platform}
            </Tab>
            <Tab eventKey="everybody" title={<TabTitleText>{t('people.title')}</TabTitleText>}>
              <p className="b4a-quiet b4a-gap">{t('people.body')}</p>
              <PeopleList />
            </Tab>
          </Tabs>
        ) : (
          platform
        )}
      </PageSection>
    </>
  );
}
