// SPDX-License-Identifier: Apache-2.0

import { PageSection } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import { Empty } from '../../components/Empty';
import { PageHeader } from '../../components/PageHeader';
import { useCursor } from '../../hooks/useCursor';
import { useNodes } from '../../queries/nodes';
import { NodeTable } from './NodeTable';

export function NodesPage() {
  const { t } = useTranslation();
  const paging = useCursor();
  const query = useNodes(paging[0]);
  return (
    <>
      <PageHeader title={t('nodes.title')} description={t('nodes.description')} />
      <PageSection hasBodyWrapper={false}>
        <NodeTable
          query={query}
          paging={paging}
          withOrganization
          empty={<Empty title={t('nodes.none')}>{t('nodes.emptyBody')}</Empty>}
        />
      </PageSection>
    </>
  );
}
