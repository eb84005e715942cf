// SPDX-License-Identifier: Apache-2.0

import { FormSelect, FormSelectOption, PageSection } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

import type { Operation } from '../../api/operations';
import { Empty } from '../../components/Empty';
import { OperationTable } from '../../components/OperationTable';
import { PageHeader } from '../../components/PageHeader';
import { useCursor } from '../../hooks/useCursor';
import { useOperations } from '../../queries/operations';

const states = ['pending', 'running', 'waiting', 'succeeded', 'failed'] as const;

export function OperationsPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const state = states.find((s) => s === search.get('state'));
  const paging = useCursor();
  const query = useOperations(state ? { state } : {}, paging[0]);
  const words: Record<Operation['state'], string> = {
    pending: t('operationState.pending'),
    running: t('operationState.running'),
    waiting: t('operationState.waiting'),
    succeeded: t('operationState.succeeded'),
    failed: t('operationState.failed'),
  };
  return (
    <>
      <PageHeader title={t('operations.title')} description={t('operations.description')} />
      <PageSection hasBodyWrapper={false}>
        <FormSelect
          className="b4a-filter"
          aria-label={t('operations.filter')}
          value={state ?? ''}
          onChange={(_, v) => setSearch(v ? { state: v } : {})}
        >
          <FormSelectOption value="" label={t('operations.allStates')} />
          {states.map((s) => (
            <FormSelectOption key={s} value={s} label={words[s]} />
          ))}
        </FormSelect>
        <OperationTable
          query={query}
          paging={paging}
          empty={<Empty title={t('operations.empty')}>{t('operations.emptyBody')}</Empty>}
        />
      </PageSection>
    </>
  );
}
