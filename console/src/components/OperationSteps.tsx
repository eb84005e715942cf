// SPDX-License-Identifier: Apache-2.0
import { Alert, ProgressStep, ProgressStepper } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import type { Operation } from '../api/client';

const variants = { pending: 'pending', running: 'info', succeeded: 'success', failed: 'danger' } as const;

/** OperationSteps shows how far an operation has come, and what holds it up. */
export function OperationSteps({ operation }: { operation: Operation }) {
  const { t } = useTranslation();
  return (
    <div aria-live="polite">
      <ProgressStepper isVertical aria-label={t('operation.steps')}>
        {operation.steps?.map((s) => (
          <ProgressStep
            key={s.name}
            id={`step-${s.name}`}
            titleId={`step-title-${s.name}`}
            variant={variants[s.state as keyof typeof variants]}
            isCurrent={s.state === 'running'}
            description={s.note}
            aria-label={`${s.title}: ${t(`state.${s.state}`)}`}
          >
            {t([`step.${operation.kind}.${s.name}`, s.title])}
          </ProgressStep>
        ))}
      </ProgressStepper>
      {operation.problem && (
        <Alert
          className="b4a-gap"
          isInline
          variant={operation.state === 'failed' ? 'danger' : 'warning'}
          title={operation.problem.detail}
        >
          {operation.problem.hint}
          {operation.state === 'running' && <div className="b4a-small">{t('operation.retrying', { count: operation.attempts })}</div>}
        </Alert>
      )}
    </div>
  );
}
