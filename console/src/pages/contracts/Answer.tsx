// SPDX-License-Identifier: Apache-2.0

import { Alert } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Commit } from '../../api/contracts';
import { Code } from '../../components/Code';
import { Identifier } from '../../components/Identifier';
import { ProblemAlert } from '../../components/ProblemAlert';

interface Props {
  ledger: string;
  commit: Commit | undefined;
  result: { result: string } | undefined;
  error: unknown;
}

/** What a call came to: the transaction's fate, a query's answer, or why it was refused. */
export function Answer({ ledger, commit, result, error }: Props) {
  const { t } = useTranslation();
  return (
    <div className="b4a-gap" aria-live="polite">
      {error ? (
        <ProblemAlert error={error} title={t('answer.failed')} />
      ) : (
        <>
          {commit && <Fate ledger={ledger} commit={commit} />}
          {result && <Result text={result.result} />}
        </>
      )}
    </div>
  );
}

function Fate({ ledger, commit }: { ledger: string; commit: Commit }) {
  const { t } = useTranslation();
  const titles: Record<Commit['state'], string> = {
    committed: t('answer.committed', { block: commit.block ?? '' }),
    rejected: t('answer.rejected'),
    pending: t('answer.pending'),
  };
  const variants = { committed: 'success', rejected: 'danger', pending: 'info' } as const;
  return (
    <>
      <Alert variant={variants[commit.state]} isInline component="p" title={titles[commit.state]}>
        <div className="b4a-buttons">
          <span>
            {t('transactions.one')}{' '}
            <Identifier
              value={commit.transactionId}
              what={t('transactions.id')}
              to={commit.state === 'pending' ? undefined : `/ledgers/${ledger}/transactions/${commit.transactionId}`}
            />
          </span>
          {commit.block !== undefined && commit.state !== 'pending' && (
            <Link to={`/ledgers/${ledger}/blocks/${commit.block}`}>{t('blocks.number', { number: commit.block })}</Link>
          )}
          {commit.validation && <code>{commit.validation}</code>}
        </div>
      </Alert>
      {commit.result && <Result text={commit.result} />}
    </>
  );
}

function Result({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    <>
      <h3 className="b4a-gap">{t('answer.title')}</h3>
      {text === '' ? <p className="b4a-quiet">{t('answer.empty')}</p> : <Code text={text} what={t('answer.title')} />}
    </>
  );
}
