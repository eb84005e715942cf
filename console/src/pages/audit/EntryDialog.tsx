// SPDX-License-Identifier: Apache-2.0

import { Alert, Button, Modal, ModalBody, ModalFooter, ModalHeader, Title } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import type { AuditEntry } from '../../api/audit';
import { list } from '../../api/client';
import { Code } from '../../components/Code';
import { Facts } from '../../components/Facts';
import { Identifier } from '../../components/Identifier';
import { Moment } from '../../components/Moment';
import { StateLabel } from '../../components/StateLabel';

export function OutcomeLabel({ outcome }: { outcome: AuditEntry['outcome'] }) {
  const { t } = useTranslation();
  switch (outcome) {
    case 'done':
      return <StateLabel tone="good">{t('outcome.done')}</StateLabel>;
    case 'refused':
      return <StateLabel tone="warning">{t('outcome.refused')}</StateLabel>;
    case 'failed':
      return <StateLabel tone="bad">{t('outcome.failed')}</StateLabel>;
    case 'interrupted':
      return <StateLabel tone="warning">{t('outcome.interrupted')}</StateLabel>;
  }
}

/** One entry of the audit trail, whole. */
export function EntryDialog({ entry: e, onClose }: { entry: AuditEntry; onClose: () => void }) {
  const { t } = useTranslation();
  const state = (title: string, value: unknown) => (
    <>
      <Title headingLevel="h2" size="md" className="b4a-gap">{title}</Title>
      {value === null || value === undefined ? <p className="b4a-quiet">{t('audit.unknown')}</p> : <Code text={JSON.stringify(value)} what={title} />}
    </>
  );
  return (
    <Modal variant="medium" isOpen onClose={onClose} aria-labelledby="entry-title">
      <ModalHeader title={t('audit.entry', { number: e.sequence, action: e.action })} labelId="entry-title" />
      <ModalBody tabIndex={0}>
        {e.redacted && <Alert variant="info" isInline component="p" title={t('audit.redacted')} />}
        <Facts
          items={[
            [t('operations.when'), <Moment key="t" time={e.time} full />],
            [t('audit.actor'), [e.actor.name, e.actor.role, e.actor.organization].filter(Boolean).join(' · ') || t('audit.stranger')],
            [t('audit.credential'), e.actor.credential && <code className="b4a-break">{e.actor.credential}</code>],
            [t('operations.subject'), e.object && <code className="b4a-break">{e.object}</code>],
            [t('organizations.title'), list(e.organizations).join(', ')],
            [t('audit.outcome'), <span key="o"><OutcomeLabel outcome={e.outcome} /> {e.code && <code>{e.code}</code>}</span>],
            [t('audit.source'), e.source],
            [t('audit.browser'), e.userAgent],
            [t('problem.request'), e.requestId && <Identifier key="r" value={e.requestId} what={t('problem.request')} whole />],
            [t('audit.suppressed'), e.suppressed > 0 ? String(e.suppressed) : undefined],
            [t('audit.hash'), <Identifier key="h" value={e.hash} what={t('audit.hash')} whole />],
            [t('audit.previous'), <Identifier key="p" value={e.previous} what={t('audit.previous')} whole />],
          ]}
        />
        {state(t('audit.before'), e.before)}
        {state(t('audit.after'), e.after)}
      </ModalBody>
      <ModalFooter>
        <Button variant="secondary" onClick={onClose}>{t('dialog.close')}</Button>
      </ModalFooter>
    </Modal>
  );
}
