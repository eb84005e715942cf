// SPDX-License-Identifier: Apache-2.0

import { Skeleton } from '@patternfly/react-core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { list } from '../api/client';
import { Empty } from './Empty';
import { ProblemAlert } from './ProblemAlert';

interface Props {
  name: string;
  query: { data: { lines: readonly string[] | null } | undefined; error: unknown; refetch: () => unknown };
}

/** The last lines of a log, the newest in sight. Scrolls by keyboard; follows only while its end is in sight. */
export function LogView({ name, query }: Props) {
  const { t } = useTranslation();
  const box = useRef<HTMLPreElement>(null);
  const atEnd = useRef(true);
  const lines = query.data && list(query.data.lines);
  useEffect(() => {
    if (box.current && atEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  if (query.error && !lines) {
    return <ProblemAlert error={query.error} title={t('problem.load', { what: name })} retry={() => void query.refetch()} />;
  }
  if (!lines) return <Skeleton height="20rem" screenreaderText={t('loading')} />;
  if (lines.length === 0) return <Empty title={t('log.empty')}>{t('log.emptyBody')}</Empty>;
  return (
    <pre
      ref={box}
      className="b4a-log"
      // A scrolling region must be reachable by keyboard (WCAG 2.1.1).
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-label={name}
      onScroll={(event) => {
        const el = event.currentTarget;
        atEnd.current = el.scrollHeight - el.scrollTop - el.clientHeight < 24;
      }}
    >
      {lines.join('\n')}
    </pre>
  );
}
