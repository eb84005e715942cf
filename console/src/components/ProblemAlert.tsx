// SPDX-License-Identifier: Apache-2.0

import { Alert, AlertActionLink } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import { problemOf } from '../api/client';
import { CopyButton } from './CopyButton';
import { ServerText } from './ServerText';
import { contractCode } from './problem';
import { useProblemWords } from './useProblemWords';

interface Props {
  /** What was thrown or, in an operation, the problem itself. */
  error: unknown;
  /** What could not be done. */
  title: string;
  retry?: () => void;
}

/** An error for people: what could not be done, why, what to do, and the request ID for the operator. */
export function ProblemAlert({ error, title, retry }: Props) {
  const { t } = useTranslation();
  const problem = problemOf(error);
  const code = contractCode(problem) ?? problem.code;
  const said = useProblemWords()[problem.code];
  const errors = said ? [] : (problem.errors ?? []).filter((e) => e.location !== 'contract');
  return (
    <Alert
      variant="danger"
      isInline
      title={title}
      component="p"
      role="alert"
      actionLinks={retry && <AlertActionLink onClick={retry}>{t('problem.retry')}</AlertActionLink>}
    >
      <p>{said ?? <ServerText>{problem.detail}</ServerText>}</p>
      {errors.length > 0 && (
        <ul className="b4a-list">
          {errors.map((e) => (
            <li key={`${e.location ?? ''} ${e.message}`}>
              {e.location && <code>{e.location}</code>} <ServerText>{e.message}</ServerText>
            </li>
          ))}
        </ul>
      )}
      {problem.hint && !said && (
        <p>
          <strong>{t('problem.hint')}</strong> <ServerText>{problem.hint}</ServerText>
        </p>
      )}
      <p className="b4a-quiet">
        {t('problem.code')} <code>{code}</code>
        {problem.requestId && (
          <>
            {' · '}
            {t('problem.request')} <code className="b4a-break">{problem.requestId}</code>{' '}
            <CopyButton text={problem.requestId} what={t('problem.request')} />
          </>
        )}
      </p>
    </Alert>
  );
}
