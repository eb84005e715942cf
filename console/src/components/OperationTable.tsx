// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ReactNode } from 'react';

import type { Page } from '../api/client';
import { list } from '../api/client';
import type { Operation } from '../api/operations';
import { Listing } from './Listing';
import { Moment } from './Moment';
import { ServerText } from './ServerText';
import { OperationStateLabel } from './StateLabel';
import { subjectName, subjectPath, useOperationWords } from './useOperationWords';

interface Props {
  query: { data: Page<Operation> | undefined; error: unknown; refetch: () => unknown };
  empty: ReactNode;
  paging?: readonly [string | undefined, (cursor: string | undefined) => void];
}

/** What an operation is doing now, or why it failed. */
function Now({ operation }: { operation: Operation }) {
  const { t } = useTranslation();
  const { stepTitle } = useOperationWords();
  if (operation.problem) return <ServerText>{operation.problem.detail}</ServerText>;
  if (operation.waiting) return <>{t('operation.awaits', { organizations: list(operation.waiting.organizations).join(', ') })}</>;
  const step = list(operation.steps).find((s) => s.state === 'running');
  return step ? <>{stepTitle(operation.kind, step)}</> : null;
}

export function OperationTable({ query, empty, paging }: Props) {
  const { t } = useTranslation();
  const { kindTitle } = useOperationWords();
  return (
    <Listing
      name={t('operations.title')}
      query={query}
      rowKey={(o) => o.id}
      empty={empty}
      paging={paging}
      columns={[
        { label: t('operations.kind'), show: (o) => <Link to={`/operations/${o.id}`}>{kindTitle(o)}</Link> },
        {
          label: t('operations.subject'),
          show: (o) => {
            const to = subjectPath(o.subject);
            return to ? <Link to={to}>{subjectName(o.subject)}</Link> : o.subject;
          },
        },
        {
          label: t('state'),
          show: (o) => (
            <>
              <OperationStateLabel state={o.state} /> <Now operation={o} />
            </>
          ),
        },
        { label: t('operations.when'), show: (o) => <Moment time={o.createdAt} />, narrow: true },
      ]}
    />
  );
}
