// SPDX-License-Identifier: Apache-2.0

import { Label } from '@patternfly/react-core';
import BanIcon from '@patternfly/react-icons/dist/esm/icons/ban-icon';
import InProgressIcon from '@patternfly/react-icons/dist/esm/icons/in-progress-icon';
import PauseCircleIcon from '@patternfly/react-icons/dist/esm/icons/pause-circle-icon';
import { useTranslation } from 'react-i18next';

import type { Contract } from '../api/contracts';
import type { Ledger } from '../api/ledgers';
import type { Phase } from '../api/nodes';
import type { Operation } from '../api/operations';
import type { Certificate, Organization } from '../api/organizations';
import type { Check, Platform } from '../api/platform';

type Tone = 'good' | 'busy' | 'warning' | 'bad' | 'off';

/** A state in words, with an icon and a colour that repeat the words. */
export function StateLabel({ tone, children }: { tone: Tone; children: string }) {
  switch (tone) {
    case 'good':
      return <Label variant="outline" status="success">{children}</Label>;
    case 'warning':
      return <Label variant="outline" status="warning">{children}</Label>;
    case 'bad':
      return <Label variant="outline" status="danger">{children}</Label>;
    case 'busy':
      return <Label variant="outline" color="blue" icon={<InProgressIcon />}>{children}</Label>;
    case 'off':
      return <Label variant="outline" color="grey" icon={<PauseCircleIcon />}>{children}</Label>;
  }
}

export function PhaseLabel({ phase }: { phase: Phase }) {
  const { t } = useTranslation();
  switch (phase) {
    case 'running':
      return <StateLabel tone="good">{t('phase.running')}</StateLabel>;
    case 'starting':
      return <StateLabel tone="busy">{t('phase.starting')}</StateLabel>;
    case 'unhealthy':
      return <StateLabel tone="warning">{t('phase.unhealthy')}</StateLabel>;
    case 'backoff':
      return <StateLabel tone="warning">{t('phase.backoff')}</StateLabel>;
    case 'failed':
      return <StateLabel tone="bad">{t('phase.failed')}</StateLabel>;
    case 'stopped':
      return <StateLabel tone="off">{t('phase.stopped')}</StateLabel>;
  }
}

export function OrganizationStateLabel({ state }: { state: Organization['state'] }) {
  const { t } = useTranslation();
  switch (state) {
    case 'active':
      return <StateLabel tone="good">{t('organizationState.active')}</StateLabel>;
    case 'creating':
      return <StateLabel tone="busy">{t('organizationState.creating')}</StateLabel>;
    case 'failed':
      return <StateLabel tone="bad">{t('organizationState.failed')}</StateLabel>;
    case 'suspended':
      return <StateLabel tone="warning">{t('organizationState.suspended')}</StateLabel>;
    case 'left':
      return <StateLabel tone="off">{t('organizationState.left')}</StateLabel>;
  }
}

export function LedgerStateLabel({ state }: { state: Ledger['state'] }) {
  const { t } = useTranslation();
  switch (state) {
    case 'active':
      return <StateLabel tone="good">{t('ledgerState.active')}</StateLabel>;
    case 'creating':
      return <StateLabel tone="busy">{t('ledgerState.creating')}</StateLabel>;
    case 'failed':
      return <StateLabel tone="bad">{t('ledgerState.failed')}</StateLabel>;
  }
}

export function ContractStateLabel({ state }: { state: Contract['state'] }) {
  const { t } = useTranslation();
  switch (state) {
    case 'ready':
      return <StateLabel tone="good">{t('contractState.ready')}</StateLabel>;
    case 'deploying':
      return <StateLabel tone="busy">{t('contractState.deploying')}</StateLabel>;
    case 'unavailable':
      return <StateLabel tone="warning">{t('contractState.unavailable')}</StateLabel>;
    case 'failed':
      return <StateLabel tone="bad">{t('contractState.failed')}</StateLabel>;
  }
}

export function OperationStateLabel({ state }: { state: Operation['state'] }) {
  const { t } = useTranslation();
  switch (state) {
    case 'succeeded':
      return <StateLabel tone="good">{t('operationState.succeeded')}</StateLabel>;
    case 'running':
      return <StateLabel tone="busy">{t('operationState.running')}</StateLabel>;
    case 'waiting':
      return <StateLabel tone="warning">{t('operationState.waiting')}</StateLabel>;
    case 'pending':
      return <StateLabel tone="off">{t('operationState.pending')}</StateLabel>;
    case 'failed':
      return <StateLabel tone="bad">{t('operationState.failed')}</StateLabel>;
  }
}

export function CertificateStatusLabel({ status, held = false }: { status: Certificate['status']; held?: boolean }) {
  const { t } = useTranslation();
  if (status === 'revoked' && held) return <StateLabel tone="warning">{t('certificateStatus.held')}</StateLabel>;
  switch (status) {
    case 'valid':
      return <StateLabel tone="good">{t('certificateStatus.valid')}</StateLabel>;
    case 'expiring':
      return <StateLabel tone="warning">{t('certificateStatus.expiring')}</StateLabel>;
    case 'expired':
      return <StateLabel tone="bad">{t('certificateStatus.expired')}</StateLabel>;
    case 'revoked':
      return <Label variant="outline" color="red" icon={<BanIcon />}>{t('certificateStatus.revoked')}</Label>;
  }
}

export function CheckLabel({ state }: { state: Check['state'] }) {
  const { t } = useTranslation();
  switch (state) {
    case 'ok':
      return <StateLabel tone="good">{t('checkState.ok')}</StateLabel>;
    case 'warning':
      return <StateLabel tone="warning">{t('checkState.warning')}</StateLabel>;
    case 'error':
      return <StateLabel tone="bad">{t('checkState.error')}</StateLabel>;
  }
}

export function PlatformStateLabel({ state }: { state: Platform['state'] }) {
  const { t } = useTranslation();
  switch (state) {
    case 'ready':
      return <StateLabel tone="good">{t('platformState.ready')}</StateLabel>;
    case 'starting':
      return <StateLabel tone="busy">{t('platformState.starting')}</StateLabel>;
    case 'degraded':
      return <StateLabel tone="warning">{t('platformState.degraded')}</StateLabel>;
  }
}

export function ValidityLabel({ valid }: { valid: boolean }) {
  const { t } = useTranslation();
  return valid ? (
    <StateLabel tone="good">{t('validity.valid')}</StateLabel>
  ) : (
    <StateLabel tone="bad">{t('validity.invalid')}</StateLabel>
  );
}
