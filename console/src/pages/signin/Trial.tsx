// SPDX-License-Identifier: Apache-2.0

import { Alert, Button } from '@patternfly/react-core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import type { SignInState } from '../../api/signin';
import { formatCountdown } from '../../components/format';
import { Moment } from '../../components/Moment';
import { ProblemAlert } from '../../components/ProblemAlert';
import { useSecond } from '../../hooks/useNow';
import { useConfirmSignInSettings, useRevertSignInSettings } from '../../queries/signin';

interface Props {
  state: SignInState;
  manages: boolean;
  /** Asks for the settings anew: their time is over. */
  onOver: () => void;
}

/** Settings on trial: how long they have, and what to do with them; or that others were taken back lately. */
export function Trial({ state, manages, onOver }: Props) {
  const { t } = useTranslation();
  if (state.revertsAt) return <Countdown until={Date.parse(state.revertsAt)} revision={state.revision} manages={manages} onOver={onOver} />;
  if (!state.revertedAt || (state.changedAt && state.changedAt > state.revertedAt)) return null;
  return (
    <Alert variant="info" isInline component="p" title={t('signInSettings.reverted')}>
      <Moment time={state.revertedAt} full />
    </Alert>
  );
}

interface CountdownProps {
  until: number;
  revision: number;
  manages: boolean;
  onOver: () => void;
}

function Countdown({ until, revision, manages, onOver }: CountdownProps) {
  const { t } = useTranslation();
  const left = Math.max(0, until - useSecond());
  const over = left === 0;
  const keep = useConfirmSignInSettings();
  const revert = useRevertSignInSettings();
  const busy = keep.isPending || revert.isPending;
  useEffect(() => {
    if (!over) return;
    onOver();
    const each = setInterval(onOver, 1_000);
    return () => clearInterval(each);
  }, [over, onOver]);
  return (
    <Alert
      variant="warning"
      isInline
      component="h2"
      title={t('signInSettings.trial')}
      actionLinks={
        manages && (
          <div className="b4a-buttons">
            <Button isLoading={keep.isPending} isDisabled={busy || over} onClick={() => keep.mutate(revision)}>
              {t('signInSettings.keep')}
            </Button>
            <Button variant="secondary" isLoading={revert.isPending} isDisabled={busy || over} onClick={() => revert.mutate(revision)}>
              {t('signInSettings.revert')}
            </Button>
          </div>
        )
      }
    >
      <p>
        {t('signInSettings.left')}{' '}
        <strong role="timer" className="b4a-countdown">{formatCountdown(left)}</strong>
      </p>
      <p>{t('signInSettings.how')}</p>
      {keep.error && <ProblemAlert error={keep.error} title={t('signInSettings.keepFailed')} />}
      {revert.error && <ProblemAlert error={revert.error} title={t('signInSettings.revertFailed')} />}
    </Alert>
  );
}
