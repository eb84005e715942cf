// SPDX-License-Identifier: Apache-2.0

import { Button, Skeleton, Title } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { AccessReceipt } from '../../api/access';
import { list } from '../../api/client';
import { isOpen } from '../../components/AccessStateLabel';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { TextAreaField } from '../../components/fields';
import { PageForm } from '../../components/PageForm';
import { ProblemAlert } from '../../components/ProblemAlert';
import { PublicPage } from '../../components/PublicPage';
import { useForm } from '../../hooks/useForm';
import { useFragment } from '../../hooks/useFragment';
import { useAnswerQuestion, useReceipt, useWithdrawAccess } from '../../queries/access';
import { Dialogue } from './Dialogue';
import { LinkBroken } from './LinkBroken';
import { ReceiptFacts } from './ReceiptFacts';

/** Where an access request stands, for who has its private link. */
export function ReceiptPage() {
  const { t } = useTranslation();
  const secret = useFragment('secret');
  const receipt = useReceipt(secret);
  return (
    <PublicPage title={t('receipt.title')} footer={<Link to="/access">{t('access.title')}</Link>}>
      {!secret ? (
        <LinkBroken />
      ) : receipt.data ? (
        <Detail secret={secret} receipt={receipt.data} />
      ) : receipt.error ? (
        <ProblemAlert error={receipt.error} title={t('problem.load', { what: t('receipt.title') })} retry={() => void receipt.refetch()} />
      ) : (
        <Skeleton height="12rem" screenreaderText={t('loading')} />
      )}
    </PublicPage>
  );
}

function Detail({ secret, receipt: r }: { secret: string; receipt: AccessReceipt }) {
  const { t } = useTranslation();
  const [leaving, setLeaving] = useState(false);
  const next: Record<AccessReceipt['state'], string> = {
    submitted: t('receipt.submitted'),
    verified: t('receipt.verified'),
    'in-review': t('receipt.inReview'),
    'information-asked': t('receipt.informationAsked'),
    approved: t('receipt.approved'),
    active: t('receipt.active'),
    rejected: t('receipt.rejected'),
    withdrawn: t('receipt.withdrawn'),
    expired: t('receipt.expired'),
  };
  const entries = list(r.dialogue);
  return (
    <div className="b4a-stack">
      <p>{next[r.state]}</p>
      <ReceiptFacts receipt={r} />
      {entries.length > 0 && (
        <section>
          <Title headingLevel="h2" size="md">{t('dialogue.title')}</Title>
          <Dialogue entries={entries} />
        </section>
      )}
      {r.state === 'information-asked' && <AnswerForm secret={secret} />}
      {r.state === 'active' && <Link to="/signin">{t('signIn.title')}</Link>}
      {isOpen(r.state) && (
        <div>
          <Button variant="link" isInline isDanger onClick={() => setLeaving(true)}>
            {t('receipt.withdraw')}
          </Button>
        </div>
      )}
      {leaving && <WithdrawDialog secret={secret} onClose={() => setLeaving(false)} />}
    </div>
  );
}

function AnswerForm({ secret }: { secret: string }) {
  const { t } = useTranslation();
  const answer = useAnswerQuestion(secret);
  const form = useForm('answer', { text: '' }, ({ text }) => (text.trim() ? {} : { text: t('form.required') }));
  return (
    <PageForm
      form={form}
      action={t('receipt.send')}
      send={answer}
      errorTitle={t('receipt.answerFailed')}
      onSubmit={() => answer.mutate(form.values.text.trim())}
    >
      <TextAreaField {...form.field('text')} label={t('receipt.answer')} required isProse />
    </PageForm>
  );
}

function WithdrawDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useTranslation();
  const withdraw = useWithdrawAccess(secret);
  return (
    <ConfirmDialog
      id="withdraw"
      title={t('receipt.withdrawTitle')}
      action={t('receipt.withdraw')}
      danger
      send={withdraw}
      errorTitle={t('receipt.withdrawFailed')}
      onConfirm={() => withdraw.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      {t('receipt.withdrawBody')}
    </ConfirmDialog>
  );
}
