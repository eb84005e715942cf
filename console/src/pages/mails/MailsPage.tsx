// SPDX-License-Identifier: Apache-2.0

import { Flex, PageSection, Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import EnvelopeIcon from '@patternfly/react-icons/dist/esm/icons/envelope-icon';
import RedoIcon from '@patternfly/react-icons/dist/esm/icons/redo-icon';
import TrashIcon from '@patternfly/react-icons/dist/esm/icons/trash-icon';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';

import type { Mail, MailState } from '../../api/mails';
import { isLanguage, languages } from '../../app/i18n';
import { can } from '../../app/scopes';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { Empty } from '../../components/Empty';
import { IconButton } from '../../components/IconButton';
import { Listing } from '../../components/Listing';
import { Moment } from '../../components/Moment';
import { PageHeader } from '../../components/PageHeader';
import { ProblemAlert } from '../../components/ProblemAlert';
import { ServerText } from '../../components/ServerText';
import { useCursor } from '../../hooks/useCursor';
import { useDiscardMail, useMails, useRetryMail } from '../../queries/mails';
import { usePrincipal } from '../../queries/session';
import { useMailTemplates } from './useMailTemplates';

/** Mails that were not delivered: those that were refused, and those that are tried again by themselves. */
export function MailsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab = 'failed' } = useParams();
  const title = (words: string) => <TabTitleText>{words}</TabTitleText>;
  return (
    <>
      <PageHeader title={t('mails.title')} description={t('mails.body')} />
      <PageSection hasBodyWrapper={false}>
        <Tabs
          activeKey={tab}
          onSelect={(_, key) => void navigate(`/mails/${key}`, { replace: true })}
          aria-label={t('mails.title')}
          mountOnEnter
          unmountOnExit
        >
          <Tab eventKey="failed" title={title(t('mails.failed'))}>
            <Undelivered state="failed" />
          </Tab>
          <Tab eventKey="queued" title={title(t('mails.queued'))}>
            <Undelivered state="queued" />
          </Tab>
        </Tabs>
      </PageSection>
    </>
  );
}

function Undelivered({ state }: { state: MailState }) {
  const { t } = useTranslation();
  const templates = useMailTemplates();
  const paging = useCursor();
  const query = useMails(state, paging[0]);
  const retry = useRetryMail();
  const manages = can(usePrincipal(), 'mail.manage');
  const [discarding, setDiscarding] = useState<Mail>();
  const what = (m: Mail) => templates[m.template] ?? m.template;
  return (
    <>
      {retry.error ? <ProblemAlert error={retry.error} title={t('mails.retryFailed')} /> : null}
      <Listing
        name={state === 'failed' ? t('mails.failed') : t('mails.queued')}
        query={query}
        paging={paging}
        rowKey={(m) => m.id}
        empty={
          <Empty title={state === 'failed' ? t('mails.noneFailed') : t('mails.noneQueued')} icon={EnvelopeIcon}>
            {state === 'failed' ? t('mails.noneFailedBody') : t('mails.noneQueuedBody')}
          </Empty>
        }
        columns={[
          { label: t('mails.to'), show: (m) => <span className="b4a-break">{m.to}</span> },
          {
            label: t('mails.about'),
            show: (m) => (
              <>
                {what(m)}
                {isLanguage(m.locale) && <div className="b4a-quiet">{languages[m.locale]}</div>}
              </>
            ),
          },
          { label: t('created'), show: (m) => <Moment time={m.createdAt} /> },
          {
            label: t('mails.last'),
            show: (m) => (
              <>
                {m.lastError ? <ServerText>{m.lastError}</ServerText> : '—'}
                <div className="b4a-quiet">
                  {t('mails.attempts', { count: m.attempts })}{' '}
                  {m.nextTry && <>{t('mails.next')} <Moment time={m.nextTry} /></>}
                </div>
              </>
            ),
          },
          ...(manages
            ? [{
                label: t('actions'),
                narrow: true,
                show: (m: Mail) => (
                  <Actions
                    of={t('mails.of', { what: what(m), to: m.to })}
                    busy={retry.isPending}
                    onRetry={m.retriable ? () => retry.mutate(m.id) : undefined}
                    onDiscard={() => setDiscarding(m)}
                  />
                ),
              }]
            : []),
        ]}
      />
      {discarding && <DiscardDialog mail={discarding} onClose={() => setDiscarding(undefined)} />}
    </>
  );
}

interface ActionsProps {
  of: string;
  busy: boolean;
  onRetry: (() => void) | undefined;
  onDiscard: () => void;
}

function Actions({ of, busy, onRetry, onDiscard }: ActionsProps) {
  const { t } = useTranslation();
  const button = (name: string, icon: ReactNode, onClick: () => void) => (
    <IconButton icon={icon} label={`${name}: ${of}`} isDisabled={busy} onClick={onClick} />
  );
  return (
    <Flex flexWrap={{ default: 'nowrap' }} spaceItems={{ default: 'spaceItemsXs' }}>
      {onRetry ? button(t('mails.retry'), <RedoIcon />, onRetry) : <span className="b4a-quiet">{t('mails.forgotten')}</span>}
      {button(t('mails.discard'), <TrashIcon />, onDiscard)}
    </Flex>
  );
}

function DiscardDialog({ mail, onClose }: { mail: Mail; onClose: () => void }) {
  const { t } = useTranslation();
  const discard = useDiscardMail();
  return (
    <ConfirmDialog
      id="discard-mail"
      title={t('mails.discardTitle', { to: mail.to })}
      action={t('mails.discard')}
      danger
      send={discard}
      errorTitle={t('mails.discardFailed')}
      onConfirm={() => discard.mutate(mail.id, { onSuccess: onClose })}
      onClose={onClose}
    >
      {t('mails.discardBody')}
    </ConfirmDialog>
  );
}
