// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';

import type { Page } from '../api/client';
import { DataTable, type Column } from './DataTable';
import { Pager } from './Pager';
import { ProblemAlert } from './ProblemAlert';

interface Query<T> {
  readonly data: Page<T> | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

interface Props<T> {
  name: string;
  query: Query<T>;
  columns: readonly Column<T>[];
  rowKey: (row: T) => string;
  /** Shown instead of an empty list. */
  empty: ReactNode;
  paging?: readonly [string | undefined, (cursor: string | undefined) => void];
}

/** A list of the API: skeleton, error, empty state, table and pages. */
export function Listing<T>({ name, query, columns, rowKey, empty, paging }: Props<T>) {
  const { t } = useTranslation();
  const { data, error } = query;
  if (error && !data) {
    return <ProblemAlert error={error} title={t('problem.load', { what: name })} retry={() => void query.refetch()} />;
  }
  if (data?.items.length === 0 && !paging?.[0]) return <>{empty}</>;
  return (
    <>
      {Boolean(error) && <ProblemAlert error={error} title={t('problem.stale')} retry={() => void query.refetch()} />}
      <DataTable name={name} columns={columns} rows={data?.items} rowKey={rowKey} />
      {paging && <Pager cursor={paging[0]} next={data?.next} onChange={paging[1]} />}
    </>
  );
}
