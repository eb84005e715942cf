// SPDX-License-Identifier: Apache-2.0

import { Button, Content, PageSection, Title } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { list } from '../../api/client';
import type { SignatureRequest } from '../../api/signatures';
import { can } from '../../app/scopes';
import { Facts } from '../../components/Facts';
import { Identifier } from '../../components/Identifier';
import { Moment } from '../../components/Moment';
import { PageHeader } from '../../components/PageHeader';
import { ServerText } from '../../components/ServerText';
import { Whole } from '../../components/Whole';
import { fromBase64 } from '../../device/der';
import { saveFile } from '../../device/saveFile';
import { useParam } from '../../hooks/useParam';
import { usePrincipal } from '../../queries/session';
import { useSignatureRequest } from '../../queries/signatures';
import { DeclineDialog } from './DeclineDialog';
import { SignatureStateLabel } from './SignatureStateLabel';
import { SignElsewhereDialog } from './SignElsewhereDialog';
import { SignHereDialog } from './SignHereDialog';
import { useActWords } from './useActWords';

export function SignaturePage() {
  const { t } = useTranslation();
  const query = useSignatureRequest(useParam('signature'));
  return (
    <Whole what={t('signatures.one')} query={query}>
      {(r) => <Detail request={r} />}
    </Whole>
  );
}

function Detail({ request: r }: { request: SignatureRequest }) {
  const { t } = useTranslation();
  const act = useActWords();
  const answers = can(usePrincipal(), 'signature.answer', r.organization) && r.state === 'open';
  const { content } = r;
  return (
    <>
      <PageHeader
        title={act(r)}
        crumbs={[{ label: t('signatures.title'), to: '/signature-requests' }]}
        state={<SignatureStateLabel state={r.state} />}
        description={r.state === 'open' ? t('signatures.openBody', { organization: r.organization }) : undefined}
      />
      <PageSection hasBodyWrapper={false}>
        <Title headingLevel="h2" size="lg">{t('signatures.consents')}</Title>
        {r.kind === 'contract-approval' ? <Approval request={r} /> : <Changes request={r} />}
        {answers && <Answer request={r} />}
      </PageSection>
      <PageSection hasBodyWrapper={false}>
        <Facts
          items={[
            [t('organizations.one'), <Link key="o" to={`/organizations/${r.organization}`}>{r.organization}</Link>],
            [t('ledgers.one'), <Link key="l" to={`/ledgers/${r.ledger}`}>{r.ledger}</Link>],
            [t('operations.one'), <Identifier key="p" value={r.operation} what={t('operations.one')} to={`/operations/${r.operation}`} />],
            [t('signatures.asked'), <Moment key="c" time={r.createdAt} full />],
            [t('signatures.answered'), r.answeredAt && <Moment key="a" time={r.answeredAt} full />],
            [t('access.reason'), r.reason && <ServerText key="r">{r.reason}</ServerText>],
            [t('signatures.replaces'), r.replaces && <Identifier key="b" value={r.replaces} what={t('signatures.one')} to={`/signature-requests/${r.replaces}`} />],
            [t('transactions.one'), r.transactionId && <Identifier key="t" value={r.transactionId} what={t('transactions.one')} to={`/ledgers/${r.ledger}/transactions/${r.transactionId}`} />],
            [t('signatures.digest'), <Identifier key="d" value={r.digest} what={t('signatures.digest')} whole />],
          ]}
        />
        {content && (
          <div className="b4a-gap">
            <Button variant="secondary" size="sm" onClick={() => saveFile(`${r.id}.bin`, new Blob([fromBase64(content)]))}>
              {t('signatures.download')}
            </Button>
          </div>
        )}
      </PageSection>
    </>
  );
}

function Answer({ request }: { request: SignatureRequest }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<'here' | 'elsewhere' | 'decline'>();
  const close = () => setOpen(undefined);
  return (
    <>
      <div className="b4a-buttons b4a-gap">
        <Button onClick={() => setOpen('here')}>{t('signatures.signHere')}</Button>
        <Button variant="secondary" onClick={() => setOpen('elsewhere')}>{t('signatures.signElsewhere')}</Button>
        <Button variant="secondary" isDanger onClick={() => setOpen('decline')}>{t('signatures.decline')}</Button>
      </div>
      {open === 'here' && <SignHereDialog request={request} onClose={close} />}
      {open === 'elsewhere' && <SignElsewhereDialog request={request} onClose={close} />}
      {open === 'decline' && <DeclineDialog request={request} onClose={close} />}
    </>
  );
}

function Approval({ request: r }: { request: SignatureRequest }) {
  const { t } = useTranslation();
  const of = r.act.parameters;
  return (
    <>
      <Content component="p">{t('signatures.approvalBody', { organization: r.organization })}</Content>
      <Facts
        items={[
          [t('contracts.one'), of.contract],
          [t('signatures.version'), of.version],
          [t('signatures.sequence'), of.sequence],
          [t('signatures.endorsement'), of.endorsement && <code key="e" className="b4a-break">{of.endorsement}</code>],
          [t('signatures.package'), <code key="p" className="b4a-break">{of.packageId}</code>],
        ]}
      />
    </>
  );
}

function Changes({ request: r }: { request: SignatureRequest }) {
  const { t } = useTranslation();
  const actions = { added: t('change.added'), changed: t('change.changed'), removed: t('change.removed') };
  return (
    <>
      <Content component="p">{t('signatures.updateBody')}</Content>
      <ul className="b4a-facts">
        {list(r.changes).map((c) => (
          <li key={`${c.action} ${c.path}`}>
            <strong>{actions[c.action]}</strong> <code className="b4a-break">{c.path}</code>
            {list(c.facts).length > 0 && (
              <ul className="b4a-facts">
                {list(c.facts).map((f) => (
                  <li key={f}>
                    <ServerText>{f}</ServerText>
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
