// SPDX-License-Identifier: Apache-2.0

import { Button } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import { Empty } from '../../components/Empty';
import { Listing } from '../../components/Listing';
import { Moment } from '../../components/Moment';
import { ProblemAlert } from '../../components/ProblemAlert';
import { StateLabel } from '../../components/StateLabel';
import { useCursor } from '../../hooks/useCursor';
import { useEndOtherSessions, useEndSession, useOwnSessions } from '../../queries/account';

export function Sessions() {
  const { t } = useTranslation();
  const paging = useCursor();
  const query = useOwnSessions(paging[0]);
  const end = useEndSession();
  const others = useEndOtherSessions();
  const error = end.error ?? others.error;
  return (
    <>
      {error ? <ProblemAlert error={error} title={t('sessions.endFailed')} /> : null}
      {(query.data?.items.length ?? 0) > 1 && (
        <Button className="b4a-gap" variant="secondary" isLoading={others.isPending} isDisabled={others.isPending} onClick={() => others.mutate(undefined)}>
          {t('sessions.endOthers')}
        </Button>
      )}
      <Listing
        name={t('sessions.title')}
        query={query}
        paging={paging}
        rowKey={(s) => s.id}
        empty={<Empty title={t('sessions.none')}>{t('account.noPersonBody')}</Empty>}
        columns={[
          { label: t('account.method'), show: (s) => <>{s.method} {s.current && <StateLabel tone="good">{t('sessions.current')}</StateLabel>}</> },
          { label: t('organizations.one'), show: (s) => s.organization ?? t('members.platform') },
          { label: t('totp.title'), show: (s) => (s.secondFactor ? t('totp.on') : t('totp.off')) },
          { label: t('sessions.began'), show: (s) => <Moment time={s.createdAt} /> },
          { label: t('sessions.ends'), show: (s) => <Moment time={s.expiresAt} /> },
          {
            label: t('actions'),
            narrow: true,
            show: (s) =>
              s.current ? null : (
                <Button variant="link" isInline isDanger isDisabled={end.isPending} onClick={() => end.mutate(s.id)}>
                  {t('sessions.end')}
                </Button>
              ),
          },
        ]}
      />
    </>
  );
}
