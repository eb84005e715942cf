// SPDX-License-Identifier: Apache-2.0

import { PageSection } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { Empty } from '../../components/Empty';
import { Filter } from '../../components/Filter';
import { Listing } from '../../components/Listing';
import { Moment } from '../../components/Moment';
import { PageHeader } from '../../components/PageHeader';
import { useCursor } from '../../hooks/useCursor';
import { useFilter } from '../../hooks/useFilter';
import { useSignatureRequests } from '../../queries/signatures';
import { SignatureStateLabel } from './SignatureStateLabel';
import { useActWords, useSignatureStates } from './useActWords';

export function SignaturesPage() {
  const { t } = useTranslation();
  const words = useSignatureStates(t);
  const state = useFilter('state', words);
  const paging = useCursor();
  const query = useSignatureRequests(state ? { state } : {}, paging[0]);
  const act = useActWords();
  return (
    <>
      <PageHeader title={t('signatures.title')} description={t('signatures.description')} />
      <PageSection hasBodyWrapper={false}>
        <Filter name="state" label={t('signatures.filter')} all={t('operations.allStates')} options={words} />
        <Listing
          name={t('signatures.title')}
          query={query}
          rowKey={(r) => r.id}
          paging={paging}
          empty={<Empty title={t('signatures.empty')}>{t('signatures.emptyBody')}</Empty>}
          columns={[
            { label: t('signatures.what'), show: (r) => <Link to={`/signature-requests/${r.id}`}>{act(r)}</Link> },
            { label: t('organizations.one'), show: (r) => r.organization },
            { label: t('state'), show: (r) => <SignatureStateLabel state={r.state} /> },
            { label: t('signatures.asked'), show: (r) => <Moment time={r.createdAt} />, narrow: true },
          ]}
        />
      </PageSection>
    </>
  );
}
