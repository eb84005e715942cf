// SPDX-License-Identifier: Apache-2.0

import { PageSection, Title } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Operation } from '../../api/operations';
import { Facts } from '../../components/Facts';
import { Identifier } from '../../components/Identifier';
import { Moment } from '../../components/Moment';
import { OperationProgress } from '../../components/OperationProgress';
import { PageHeader } from '../../components/PageHeader';
import { OperationStateLabel } from '../../components/StateLabel';
import { subjectName, subjectPath, useOperationWords } from '../../components/useOperationWords';
import { Whole } from '../../components/Whole';
import { useParam } from '../../hooks/useParam';
import { useOperation } from '../../queries/operations';

export function OperationPage() {
  const { t } = useTranslation();
  const query = useOperation(useParam('operation'));
  return (
    <Whole what={t('operations.one')} query={query}>
      {(o) => <Detail operation={o} />}
    </Whole>
  );
}

function Detail({ operation: o }: { operation: Operation }) {
  const { t } = useTranslation();
  const { kindTitle } = useOperationWords();
  const to = subjectPath(o.subject);
  return (
    <>
      <PageHeader
        title={`${kindTitle(o)}: ${subjectName(o.subject)}`}
        crumbs={[{ label: t('operations.title'), to: '/operations' }]}
        state={<OperationStateLabel state={o.state} />}
      />
      <PageSection hasBodyWrapper={false}>
        <Facts
          items={[
            [t('operations.subject'), to ? <Link key="s" to={to}>{o.subject}</Link> : o.subject],
            [t('operations.actor'), <Identifier key="a" value={o.actor} what={t('operations.actor')} />],
            [t('operations.started'), <Moment key="c" time={o.createdAt} full />],
            [t('operations.finished'), o.finishedAt && <Moment key="f" time={o.finishedAt} full />],
            [t('operations.attempts'), o.attempts > 0 ? String(o.attempts) : undefined],
            [t('operations.id'), <Identifier key="i" value={o.id} what={t('operations.id')} whole />],
          ]}
        />
      </PageSection>
      <PageSection hasBodyWrapper={false}>
        <Title headingLevel="h2" size="lg">{t('operation.steps')}</Title>
        <OperationProgress id={o.id} />
      </PageSection>
    </>
  );
}
