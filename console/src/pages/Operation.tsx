// SPDX-License-Identifier: Apache-2.0
import { Button, Skeleton } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { Id, Page, Problem, State, When } from '../components/common';
import { OperationSteps } from '../components/OperationSteps';
import { useOperation } from '../hooks/useOperation';
import { useRetryOperation } from '../queries';
import { Facts } from './Organization';

function Followed({ id, again }: { id: string; again: () => void }) {
  const { t } = useTranslation();
  const operation = useOperation(id);
  const retry = useRetryOperation();
  const title = operation ? t([`operationKind.${operation.kind}`, operation.kind]) : t('operation.title');
  const action = operation?.state === 'failed' && (
    <Button onClick={() => retry.mutate(id, { onSuccess: again })} isLoading={retry.isPending}>
      {t('operation.retry')}
    </Button>
  );
  return (
    <Page title={title} actions={action || undefined}>
      <Problem error={retry.error} />
      {operation ? (
        <>
          <Facts
            facts={[
              [t('operation.subject'), operation.subject],
              [t('state.title'), <State key="s" state={operation.state} />],
              [t('when'), <When key="w" time={operation.createdAt} />],
              ['ID', <Id key="i" value={operation.id} />],
            ]}
          />
          <div className="b4a-gap">
            <OperationSteps operation={operation} />
          </div>
        </>
      ) : (
        <Skeleton height="10rem" screenreaderText={t('loading')} />
      )}
    </Page>
  );
}

export default function OperationPage() {
  const { operation = '' } = useParams();
  const [round, setRound] = useState(0);
  return <Followed key={`${operation}-${round}`} id={operation} again={() => setRound(round + 1)} />;
}
