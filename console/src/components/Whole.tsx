// SPDX-License-Identifier: Apache-2.0

import { PageSection, Skeleton } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { problemOf } from '../api/client';
import { useTitle } from '../hooks/useTitle';
import { Empty } from './Empty';
import { ProblemAlert } from './ProblemAlert';

interface Props<T> {
  /** What is shown, for the error. */
  what: string;
  query: { data: T | undefined; error: unknown; refetch: () => unknown };
  children: (data: T) => ReactNode;
}

/** A page about one object: skeleton, error, or the object; "not there" is said as such. */
export function Whole<T>({ what, query, children }: Props<T>) {
  const { data, error, refetch } = query;
  if (data !== undefined) return <>{children(data)}</>;
  return (
    <PageSection hasBodyWrapper={false}>
      {error ? <Missing what={what} error={error} retry={() => void refetch()} /> : <Loading />}
    </PageSection>
  );
}

function Loading() {
  const { t } = useTranslation();
  return (
    <>
      <Skeleton width="40%" fontSize="2xl" screenreaderText={t('loading')} />
      <br />
      <Skeleton height="10rem" />
    </>
  );
}

function Missing({ what, error, retry }: { what: string; error: unknown; retry: () => void }) {
  const { t } = useTranslation();
  const absent = problemOf(error).status === 404;
  const title = absent ? t('notFound.title', { what }) : t('problem.load', { what });
  useTitle(title);
  if (!absent) return <ProblemAlert error={error} title={title} retry={retry} />;
  return (
    <Empty title={title} level="h1">
      {t('notFound.body')}
    </Empty>
  );
}
