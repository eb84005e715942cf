// SPDX-License-Identifier: Apache-2.0
import {
  Alert,
  Bullseye,
  Button,
  ClipboardCopy,
  EmptyState,
  EmptyStateActions,
  EmptyStateBody,
  EmptyStateFooter,
  Flex,
  FlexItem,
  Label,
  PageSection,
  Skeleton,
  Title,
  Tooltip,
} from '@patternfly/react-core';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client';

/** Page is a page with its title, which also names the browser's tab. */
export function Page(props: { title: string; actions?: ReactNode; lead?: ReactNode; children: ReactNode }) {
  useEffect(() => {
    document.title = `${props.title} · Blockchain4all`;
  }, [props.title]);
  return (
    <>
      <PageSection>
        <Flex justifyContent={{ default: 'justifyContentSpaceBetween' }} alignItems={{ default: 'alignItemsCenter' }}>
          <FlexItem>
            <Title headingLevel="h1" size="2xl">
              {props.title}
            </Title>
            {props.lead && <div className="b4a-lead">{props.lead}</div>}
          </FlexItem>
          {props.actions && <FlexItem>{props.actions}</FlexItem>}
        </Flex>
      </PageSection>
      <PageSection isFilled>{props.children}</PageSection>
    </>
  );
}

/** Problem shows what went wrong and what to do. */
export function Problem({ error }: { error: unknown }) {
  const { t } = useTranslation();
  if (!error) return null;
  const problem = error instanceof ApiError ? error.problem : {};
  return (
    <Alert variant="danger" isInline title={problem.detail ?? t('error.unreachable')} className="b4a-gap" role="alert">
      {problem.hint ?? t('error.tryAgain')}
      {problem.errors?.map((e) => (
        <div key={`${e.location}${e.message}`}>
          <code>{e.location}</code> {e.message}
        </div>
      ))}
      {problem.requestId && (
        <div className="b4a-small">
          {t('error.requestId')} <code>{problem.requestId}</code>
        </div>
      )}
    </Alert>
  );
}

/** Loaded shows a question's answer, or that it is awaited, or why there is none. */
export function Loaded<T>(props: {
  query: { data?: T; error: unknown; isPending: boolean };
  children: (data: T) => ReactNode;
}) {
  const { t } = useTranslation();
  if (props.query.data !== undefined) return <>{props.children(props.query.data)}</>;
  if (props.query.error) return <Problem error={props.query.error} />;
  return (
    <div aria-busy="true">
      <Skeleton height="2rem" screenreaderText={t('loading')} />
      <br />
      <Skeleton height="8rem" />
    </div>
  );
}

export function Nothing(props: { title: string; body: string; action?: ReactNode }) {
  return (
    <Bullseye>
      <EmptyState titleText={props.title} headingLevel="h2" variant="sm">
        <EmptyStateBody>{props.body}</EmptyStateBody>
        {props.action && (
          <EmptyStateFooter>
            <EmptyStateActions>{props.action}</EmptyStateActions>
          </EmptyStateFooter>
        )}
      </EmptyState>
    </Bullseye>
  );
}

const colours: Record<string, 'green' | 'blue' | 'red' | 'orange' | 'grey'> = {
  running: 'green', active: 'green', ready: 'green', succeeded: 'green', valid: 'green', committed: 'green', ok: 'green',
  starting: 'blue', creating: 'blue', deploying: 'blue', pending: 'blue',
  unhealthy: 'orange', backoff: 'orange', degraded: 'orange', warning: 'orange', expiring: 'orange', unavailable: 'orange',
  failed: 'red', error: 'red', expired: 'red', revoked: 'red', rejected: 'red',
};

/** State is a state in words and colour, with its reason. */
export function State({ state, reason }: { state: string; reason?: string | undefined }) {
  const { t } = useTranslation();
  const label = (
    <Label color={colours[state] ?? 'grey'} isCompact>
      {t([`state.${state}`, state])}
    </Label>
  );
  if (!reason) return <span>{label}</span>;
  return (
    <span>
      {label} <span className="b4a-small">{reason}</span>
    </span>
  );
}

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000], ['month', 2_592_000], ['day', 86_400], ['hour', 3600], ['minute', 60], ['second', 1],
];

/** relative says how far a moment is from now, in words. */
function relative(date: Date, language: string): string {
  const seconds = (date.getTime() - Date.now()) / 1000;
  const [unit, size] = units.find(([, s]) => Math.abs(seconds) >= s) ?? ['second', 1];
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(Math.round(seconds / size), unit);
}

/** When shows how long ago something was; the moment itself is in its title. */
export function When({ time }: { time: string | undefined }) {
  const { i18n } = useTranslation();
  if (!time || time.startsWith('0001')) return <>–</>;
  const date = new Date(time);
  return (
    <Tooltip content={date.toLocaleString(i18n.language)}>
      <time dateTime={time}>{relative(date, i18n.language)}</time>
    </Tooltip>
  );
}

/** Id is an identifier that can be copied whole. */
export function Id({ value }: { value: string }) {
  const { t } = useTranslation();
  return (
    <ClipboardCopy hoverTip={t('copy')} clickTip={t('copied')} variant="inline-compact" isCode>
      {value}
    </ClipboardCopy>
  );
}

export function bytes(n: number, language: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const i = n > 0 ? Math.min(Math.floor(Math.log(n) / Math.log(1000)), 3) : 0;
  return new Intl.NumberFormat(language, {
    style: 'unit', unit: units[i] ?? 'byte', unitDisplay: 'short', maximumFractionDigits: i > 1 ? 1 : 0,
  }).format(n / 1000 ** i);
}

export function More(props: { query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown } }) {
  const { t } = useTranslation();
  if (!props.query.hasNextPage) return null;
  return (
    <Bullseye className="b4a-gap">
      <Button
        variant="secondary"
        isLoading={props.query.isFetchingNextPage}
        onClick={() => void props.query.fetchNextPage()}
      >
        {t('older')}
      </Button>
    </Bullseye>
  );
}
