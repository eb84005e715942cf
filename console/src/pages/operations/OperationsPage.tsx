// SPDX-License-Identifier: Apache-2.0

import { PageSection } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import type { Operation } from '../../api/operations';
import { Empty } from '../../components/Empty';
import { Filter } from '../../components/Filter';
import { OperationTable } from '../../components/OperationTable';
import { PageHeader } from '../../components/PageHeader';
import { useCursor } from '../../hooks/useCursor';
import { useFilter } from '../../hooks/useFilter';
import { useOperations } from '../../queries/operations';

export function OperationsPage() {
  const { t } = useTranslation();
  const words: Record<Operation['state'], string> = {
    pending: t('operationState.pending'),
    running: t('operationState.running'),
    waiting: t('operationState.waiting'),
    succeeded: t('operationState.succeeded'),
    failed: t('operationState.failed'),
  };
  const state = useFilter('state', words);
  const paging = useCursor();
  const query = useOperations(state ? { state } : {}, paging[0]);
  return (
    <>
      <PageHeader title={t('operations.title')} description={t('operations.description')} />
      <PageSection hasBodyWrapper={false}>
        <Filter name="state" label={t('operations.filter')} all={t('operations.allStates')} options={words} />
        <OperationTable
          query={query}
          paging={paging}
          empty={<Empty title={t('operations.empty')}>{t('operations.emptyBody')}</Empty>}
        />
      </PageSection>
    </>
  );
}
