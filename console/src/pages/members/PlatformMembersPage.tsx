// SPDX-License-Identifier: Apache-2.0

import { PageSection } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import { PageHeader } from '../../components/PageHeader';
import { MemberList } from './MemberList';

/** The platform's own operators and auditors. */
export function PlatformMembersPage() {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={t('members.people')} description={t('members.platformBody')} />
      <PageSection hasBodyWrapper={false}>
        <MemberList named={t('members.platform')} />
      </PageSection>
    </>
  );
}
