// SPDX-License-Identifier: Apache-2.0

import { Alert, Button, ProgressStep, ProgressStepper, Skeleton, type ProgressStepProps } from '@patternfly/react-core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { list } from '../api/client';
import { isDone, type Operation, type Step, type Waiting } from '../api/operations';
import { useLocale } from '../hooks/useLocale';
import { usePrincipal } from '../queries/session';
import { can } from '../app/scopes';
import { useCancelOperation, useOperation, useRetryOperation } from '../queries/operations';
import { ConfirmDialog } from './ConfirmDialog';
import { formatDuration } from './format';
import { Moment } from './Moment';
import { ProblemAlert } from './ProblemAlert';
import { ServerText } from './ServerText';
import { useOperationWords } from './useOperationWords';

const variants: Record<Step['state'], ProgressStepProps['variant']> = {
  pending: 'pending',
  running: 'info',
  waiting: 'warning',
  succeeded: 'success',
  failed: 'danger',
};

/** An operation's steps, live. `onEnd` hears when it has ended. */
export function OperationProgress({ id, onEnd }: { id: string; onEnd?: (operation: Operation) => void }) {
  const { t } = useTranslation();
  const { data: operation, error, refetch } = useOperation(id);
  const retry = useRetryOperation();
  const mayRetry = can(usePrincipal(), 'operation.manage');
  useEffect(() => {
    if (operation && isDone(operation)) onEnd?.(operation);
  }, [operation, onEnd]);
  if (!operation) {
    if (error) return <ProblemAlert error={error} title={t('operation.loadFailed')} retry={() => void refetch()} />;
    return <Skeleton height="8rem" screenreaderText={t('loading')} />;
  }
  const again = async () => {
    await retry.mutateAsync(id).catch(() => undefined);
    await refetch();
  };
  return (
    <>
      <Steps operation={operation} />
      <div role="status" className="pf-v6-screen-reader">
        {isDone(operation) ? (operation.state === 'succeeded' ? t('operationState.succeeded') : t('operationState.failed')) : ''}
      </div>
      {operation.problem && (
        <ProblemAlert
          error={operation.problem}
          title={operation.state === 'failed' ? t('operation.failed') : t('operation.waiting')}
        />
      )}
      {operation.waiting && <Awaits operation={operation} waiting={operation.waiting} mayCancel={mayRetry} />}
      {retry.error && <ProblemAlert error={retry.error} title={t('operation.retryFailed')} />}
      {operation.state === 'failed' && mayRetry && (
        <Button className="b4a-gap" isLoading={retry.isPending} isDisabled={retry.isPending} onClick={() => void again()}>
          {t('operation.retry')}
        </Button>
      )}
    </>
  );
}

/** For whom an operation waits, and how to end the waiting. */
function Awaits({ operation, waiting, mayCancel }: { operation: Operation; waiting: Waiting; mayCancel: boolean }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const cancel = useCancelOperation();
  const seesRequests = can(usePrincipal(), 'signature.read');
  const requests = list(waiting.signatureRequests);
  return (
    <Alert
      className="b4a-gap"
      isInline
      component="p"
      variant="info"
      title={t('operation.awaits', { organizations: list(waiting.organizations).join(', ') })}
      actionLinks={
        mayCancel && (
          <Button variant="link" isInline onClick={() => setOpen(true)}>
            {t('operation.cancel')}
          </Button>
        )
      }
    >
      {t('operation.awaitsBody')} <Moment time={waiting.since} />
      {seesRequests && requests.length > 0 && (
        <ul>
          {requests.map((id, n) => (
            <li key={id}>
              <Link to={`/signature-requests/${id}`}>{t('operation.request', { number: n + 1 })}</Link>
            </li>
          ))}
        </ul>
      )}
      {open && (
        <ConfirmDialog
          id="cancel-operation"
          title={t('operation.cancelTitle')}
          action={t('operation.cancel')}
          danger
          send={cancel}
          errorTitle={t('operation.cancelFailed')}
          onConfirm={() => cancel.mutate(operation.id, { onSuccess: () => setOpen(false) })}
          onClose={() => setOpen(false)}
        >
          {t('operation.cancelBody')}
        </ConfirmDialog>
      )}
    </Alert>
  );
}

function Steps({ operation }: { operation: Operation }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { stepTitle } = useOperationWords();
  const words: Record<Step['state'], string> = {
    pending: t('operationState.pending'),
    running: t('operationState.running'),
    waiting: t('operationState.waiting'),
    succeeded: t('operationState.succeeded'),
    failed: t('operationState.failed'),
  };
  return (
    <ProgressStepper isVertical aria-label={t('operation.steps')}>
      {list(operation.steps).map((step) => {
        const time =
          step.startedAt && step.finishedAt
            ? formatDuration(Date.parse(step.finishedAt) - Date.parse(step.startedAt), locale)
            : '';
        const title = stepTitle(operation.kind, step);
        return (
          <ProgressStep
            key={step.name}
            id={`step-${step.name}`}
            titleId={`step-${step.name}-title`}
            variant={variants[step.state]}
            isCurrent={step.state === 'running' || step.state === 'waiting'}
            aria-label={`${title}: ${words[step.state]}`}
            description={
              step.note || time ? (
                <>
                  {step.note && <ServerText>{step.note}</ServerText>}
                  {step.note && time && ' · '}
                  {time}
                </>
              ) : undefined
            }
          >
            {title}
          </ProgressStep>
        );
      })}
    </ProgressStepper>
  );
}
