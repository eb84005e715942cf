// SPDX-License-Identifier: Apache-2.0

import { FormSelect, FormSelectOption, PageSection } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';

import { Empty } from '../../components/Empty';
import { Listing } from '../../components/Listing';
import { Moment } from '../../components/Moment';
import { PageHeader } from '../../components/PageHeader';
import { useCursor } from '../../hooks/useCursor';
import { useSignatureRequests } from '../../queries/signatures';
import { SignatureStateLabel } from './SignatureStateLabel';
import { useActWords, useSignatureStates } from './useActWords';

const states = ['open', 'signed', 'declined', 'superseded', 'withdrawn'] as const;

export function SignaturesPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const state = states.find((s) => s === search.get('state'));
  const paging = useCursor();
  const query = useSignatureRequests(state ? { state } : {}, paging[0]);
  const words = useSignatureStates(t);
  const act = useActWords();
  return (
    <>
      <PageHeader title={t('signatures.title')} description={t('signatures.description')} />
      <PageSection hasBodyWrapper={false}>
        <FormSelect
          className="b4a-filter"
          aria-label={t('signatures.filter')}
          value={state ?? ''}
          onChange={(_, v) => setSearch(v ? { state: v } : {})}
        >
          <FormSelectOption value="" label={t('operations.allStates')} />
          {states.map((s) => (
            <FormSelectOption key={s} value={s} label={words[s]} />
          ))}
        </FormSelect>
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
